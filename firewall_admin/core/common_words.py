"""Words and runs that stand in most of the passwords that are guessed first in British schools.

They are bases, not whole passwords: at least twelve characters are asked for, so what matters is a base with a year,
a digit or a sign around it. Names of pupils' and teachers' first names, pets, clubs and months are here because they
are what people take when asked to think of something.
"""

WORDS = frozenset(
    """
    password passwort passphrase passcode passw0rd letmein welcome changeme change login logon signin access secret
    default temporary temp admin administrator root user guest test testing demo sample example computer laptop
    internet network server windows google facebook youtube amazon apple microsoft office outlook teams
    iloveyou loveyou loveme love lovely baby babygirl sweetheart angel princess queen king prince forever friends
    family mother father mummy daddy mommy sister brother grandma grandad nanny
    football rugby cricket hockey tennis netball swimming running soccer goalkeeper
    liverpool everton arsenal chelsea tottenham spurs united manchester mancity city rangers celtic newcastle leeds
    villa wolves leicester forest hammers westham sunderland blackpool burnley england scotland wales ireland britain
    london
    monkey dragon tiger lion elephant dolphin rabbit kitten puppy doggy horse pony hamster penguin panda unicorn
    butterfly chicken turtle shadow
    sunshine summer winter autumn spring january february march april june july august september october november
    december monday tuesday wednesday thursday friday saturday sunday christmas easter halloween birthday holiday
    superman batman spiderman ironman starwars pokemon pikachu minecraft fortnite roblox harrypotter hogwarts disney
    frozen mickey hello hellokitty whatever nothing something anything everything trustno master mustang
    ferrari porsche mercedes freedom money banana apple orange cheese chocolate cookie cookies biscuit coffee teabag
    purple yellow green black white silver golden diamond crystal rainbow flower flowers blossom
    teacher teachers teaching headteacher pupil pupils student students class classroom staff staffroom lesson
    lessons learning education reception nursery governor safeguarding deputy playground assembly homework
    charlie george thomas jessica jordan michael daniel andrew joshua matthew robert william james jack harry oliver
    amelia emily sophie chloe hannah bailey molly poppy daisy bella buster oscar alfie lucky smokey tigger ginger
    qwerty qwertyuiop qazwsx qazwsxedc azerty asdf asdfgh asdfghjkl zxcvbn zxcvbnm qweasd qweasdzxc 1qaz2wsx 1q2w3e
    1q2w3e4r 1q2w3e4r5t q1w2e3r4 zaq12wsx abc123 abcd1234 a1b2c3 a1b2c3d4 asd123 qwe123 123qwe 123abc 123321 112233
    121212 123123 696969 159753 147258 147258369 741852963 987654 246810 13579 correcthorse batterystaple
    correct horse battery staple
    """.split()
)
