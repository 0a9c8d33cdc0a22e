/* What scripts add: the menu folds on a phone, errors take the focus, a double click sends a form once. */
import { initAll } from "./vendor/govuk-frontend.min.js";

initAll();
