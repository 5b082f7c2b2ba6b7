/** The one place that knows where lit-html lives. */
export {html, nothing, render} from '/webjars/lit-html/lit-html.js';
export {ref} from '/webjars/lit-html/directives/ref.js';
export {repeat} from '/webjars/lit-html/directives/repeat.js';
