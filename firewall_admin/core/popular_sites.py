"""Well-known sites that a school lives on: a published list that begins to name one of them is broken.

From our own knowledge of what British schools use, reviewed like the shipped lists (November 2026), not looked up on a
live network. Nothing stands here that a school may well want to block: no social media, no video, no games. A name
stands for itself and the names under it; a list that names only a subdomain (`ads.google.com`) is not meant.
"""

_SEARCH_AND_WORK = """
google.com google.co.uk googleapis.com gstatic.com googleusercontent.com withgoogle.com chrome.com chromium.org
bing.com duckduckgo.com ecosia.org kiddle.co swiggle.org.uk
microsoft.com office.com office365.com office.net live.com outlook.com sharepoint.com onedrive.com microsoft365.com
windows.com windows.net windowsupdate.com msn.com azure.com azureedge.net azurewebsites.net msftconnecttest.com
apple.com icloud.com mzstatic.com aaplimg.com adobe.com adobe.io dropbox.com box.com zoom.us webex.com slack.com
trello.com notion.so airtable.com evernote.com doodle.com surveymonkey.com typeform.com padlet.com mentimeter.com
canva.com prezi.com miro.com genially.com thinglink.com wakelet.com flip.com mozilla.org firefox.com libreoffice.org
"""

_BUILDING_BLOCKS = """
cloudflare.com cloudfront.net amazonaws.com akamai.net akamaihd.net akamaized.net akamaiedge.net edgekey.net
edgesuite.net fastly.net fastly.com jsdelivr.net unpkg.com cdnjs.com bootstrapcdn.com jquery.com fontawesome.com
typekit.net trafficmanager.net digicert.com lencr.org letsencrypt.org globalsign.com sectigo.com entrust.net pki.goog
verisign.com iana.org ietf.org w3.org schema.org recaptcha.net hcaptcha.com gravatar.com wp.com
wordpress.org wix.com squarespace.com weebly.com shopify.com stripe.com paypal.com worldpay.com gocardless.com
sagepay.com opayo.eu squareup.com mailchimp.com sendgrid.net amazonses.com
"""

_REFERENCE = """
wikipedia.org wikimedia.org wiktionary.org wikidata.org wikibooks.org wikiversity.org mediawiki.org archive.org
gutenberg.org britannica.com dictionary.com collinsdictionary.com merriam-webster.com oed.com thesaurus.com
cambridge.org oup.com jstor.org arxiv.org nature.com sciencedirect.com sciencemag.org newscientist.com
nationalgeographic.com smithsonianmag.com howstuffworks.com wolframalpha.com worldatlas.com openstreetmap.org
timeanddate.com tes.com theguardian.com thetimes.co.uk telegraph.co.uk independent.co.uk ft.com economist.com
reuters.com apnews.com bbc.co.uk bbc.com bbci.co.uk sky.com itv.com channel4.com channel5.com firstnews.co.uk
theweekjunior.co.uk accuweather.com
"""

_LEARNING = """
classdojo.com seesaw.me tapestry.info tapestryjournal.com purplemash.com 2simple.com twinkl.co.uk twinkl.com
whiterosemaths.com whiteroseeducation.com hwb.gov.wales ttrockstars.com mathsframe.co.uk topmarks.co.uk
hegartymaths.com sparxmaths.com sparxmaths.uk sparx-learning.com mymaths.co.uk drfrost.org drfrostmaths.com
corbettmaths.com mathswatch.co.uk mathletics.com timestables.co.uk nrich.maths.org geogebra.org desmos.com
khanacademy.org senecalearning.com quizlet.com kahoot.com kahoot.it blooket.com gimkit.com quizizz.com wayground.com
socrative.com nearpod.com edpuzzle.com peardeck.com educake.co.uk tassomai.com gcsepod.com uplearn.co.uk
savemyexams.com physicsandmathstutor.com mrbruff.com cgpbooks.co.uk pearson.com pearsonactivelearn.com
activelearnprimary.co.uk collins.co.uk hodder.co.uk hoddereducation.co.uk oxfordowl.co.uk oxfordreadingtree.com
readtheory.org renlearn.com renaissance.com accelerated-reader.co.uk bugclub.co.uk phonicsplay.co.uk
ruthmiskin.com littlewandlettersandsounds.org.uk spellingshed.com edshed.com readingeggs.co.uk literacyshed.com
literacytrust.org.uk booktrust.org.uk thenational.academy oaknational.academy bbcbitesize.com
languagenut.com linguascope.com duolingo.com memrise.com languageangels.com activehistory.co.uk
scratch.mit.edu mit.edu scratchjr.org code.org codeclub.org raspberrypi.org raspberrypi.com microbit.org
codecademy.com w3schools.com python.org pythonanywhere.com replit.com trinket.io github.com githubusercontent.com
gitlab.com stackoverflow.com stackexchange.com arduino.cc tinkercad.com autodesk.com onshape.com
charanga.com bandlab.com musescore.org musescore.com soundtrap.com sing-up.org singup.org
explorify.uk stem.org.uk rsc.org iop.org royalsociety.org nasa.gov esa.int metmuseum.org tate.org.uk
nationalgallery.org.uk britishmuseum.org nhm.ac.uk sciencemuseum.org.uk vam.ac.uk bl.uk nationalarchives.gov.uk
english-heritage.org.uk nationaltrust.org.uk rspb.org.uk wwf.org.uk bsl.org.uk
futurelearn.com open.ac.uk open.edu coursera.org edx.org ted.com
"""

_RUNNING_A_SCHOOL = """
arbor.sc arbor-education.com bromcom.com bromcomcloud.com sims.co.uk ess-sims.co.uk capita-sims.co.uk
parentpay.com schoolcomms.com parentmail.co.uk schoolgateway.com scopay.com wonde.com groupcall.com
satchelone.com showmyhomework.co.uk firefly.co.uk fireflycloud.net edulinkone.com classcharts.com
provisionmap.co.uk edukey.co.uk cpoms.net cpoms.co.uk myconcern.co.uk smoothwall.com securly.com
thekeysupport.com nga.org.uk governorhub.com educationendowmentfoundation.org.uk ucas.com unifrog.org
gl-assessment.co.uk testwise.com risingstars-uk.com fft.org.uk insighttracking.com juniperwebsites.co.uk
aqa.org.uk ocr.org.uk edexcel.com wjec.co.uk ccea.org.uk sqa.org.uk jcq.org.uk cityandguilds.com ncfe.org.uk
trinitycollege.com abrsm.org dofe.org.uk scouts.org.uk girlguiding.org.uk evolve.online
jisc.ac.uk ja.net lgfl.org.uk lgfl.net swgfl.org.uk rmintegris.com rm.com rmunify.com
salamandersoft.co.uk clever.com okta.com duosecurity.com auth0.com jamf.com meraki.com ui.com cisco.com
papercut.com hp.com dell.com lenovo.com canon.co.uk smarttech.com prometheanworld.com clevertouch.com
"""

_EVERYDAY = """
www.nhs.uk www.gov.uk parliament.uk www.police.uk royal.uk gov.scot gov.wales ons.gov.uk metoffice.gov.uk
nationalrail.co.uk tfl.gov.uk royalmail.com amazon.co.uk amazon.com ebay.co.uk argos.co.uk tesco.com
sainsburys.co.uk johnlewis.com ikea.com tts-group.co.uk ypo.co.uk espo.org educare.co.uk redcross.org.uk
bhf.org.uk cancerresearchuk.org comicrelief.com childreninneed.co.uk oxfam.org.uk unicef.org unicef.org.uk
rnib.org.uk mencap.org.uk autism.org.uk bdadyslexia.org.uk
"""

POPULAR: tuple[str, ...] = tuple(
    dict.fromkeys(
        name
        for part in (_SEARCH_AND_WORK, _BUILDING_BLOCKS, _REFERENCE, _LEARNING, _RUNNING_A_SCHOOL, _EVERYDAY)
        for name in part.split()
    )
)
"""Parsed names, each once, in the order above."""
