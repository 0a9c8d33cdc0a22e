/* Says to the style sheets that scripts run, before anything is drawn. Without it every page works as it stands. */
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) {
  document.body.classList.add("govuk-frontend-supported");
}
