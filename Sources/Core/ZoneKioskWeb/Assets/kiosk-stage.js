// The whole display for one act at a panel: four bands of words, which leave room for the marks between them.
import { both } from '/assets/kiosk-text.js';
import { pairOf } from '/assets/kiosk-pin.js';
import { button, byId, bilingual, el } from '/assets/kiosk-view.js';

const BANDS = ['stageTitle', 'stageWords', 'stageMore', 'stageAnswers'];
const SLACK = 2;
const state = { escape: null, settle: null, isOurs: false, told: null };

export const isOn = () => byId('stage').open;
/** Whether the act is over and its outcome is being read. */
export const isTelling = () => state.settle !== null;

/** Must be called in the tap that asks for it: browsers allow full screen to nothing else.
 * `escape`: what the key Escape, or leaving full screen, means. */
export async function enter(kind, escape) {
  const root = document.documentElement, isFull = Boolean(document.fullscreenElement);
  Object.assign(state, { escape, isOurs: false });
  if (!isFull && root.requestFullscreen) state.isOurs = await root.requestFullscreen({ navigationUI: 'hide' }).then(() => true, () => false);
  if (state.escape !== escape) return;
  byId('stage').className = `stage is-${kind}`;
  byId('stageMarks').replaceChildren();
  byId('stageCanvas').hidden = kind !== 'test';
  clear();
  byId('stage').showModal();
}
export function leave() {
  const { isOurs, settle } = state;
  Object.assign(state, { escape: null, settle: null, isOurs: false });
  if (settle) settle();
  if (isOn()) byId('stage').close();
  if (isOurs && document.fullscreenElement) document.exitFullscreen().catch(() => null);
}
export function clear() { BANDS.forEach(id => byId(id).replaceChildren()); }

/** A band whose words are the same is left alone: it is read out once. */
function lay(id, gist, make) {
  if (byId(id).firstChild && byId(id).dataset.gist === gist) return;
  byId(id).dataset.gist = gist;
  byId(id).replaceChildren(...make());
}
const band = (id, pairs) => lay(id, JSON.stringify(pairs), () => pairs.map(pair => el('p', '', ...bilingual(pair))));
export const title = (...pairs) => band('stageTitle', pairs);
export const words = (...pairs) => band('stageWords', pairs);
export const more = (...pairs) => band('stageMore', pairs);
export const number = text => lay('stageMore', `n${text}`, () => [el('p', 'digits', text)]);

/** `answers`: [words, act]. */
export const offer = (...answers) => byId('stageAnswers').replaceChildren(...answers.map(([pair, act]) => button(pair, act)));

/** Waits until somebody has read what is shown. */
export function read(...answers) {
  if (!isOn()) return Promise.resolve();
  state.told();
  return new Promise(done => {
    const settle = () => {
      state.settle = null;
      done();
    };
    Object.assign(state, { settle, escape: settle });
    offer(...answers, [both('stage.close'), settle]);
  });
}
/** An outcome in words alone. */
export function tell(...pairs) {
  clear();
  byId('stageMarks').replaceChildren();
  byId('stageCanvas').hidden = true;
  title(pairs[0]);
  words(...pairs.slice(1));
  return read();
}
/** What went wrong, in the agent's words where it said any. */
export const fail = error => tell(both('stage.failed'), pairOf(error.body));

/** Whether the page is as large as the display, to which marks and touches refer. */
export function covers() {
  if (document.fullscreenElement || matchMedia('(display-mode: fullscreen)').matches) return true;
  return Math.abs(innerWidth - screen.width) <= SLACK && Math.abs(innerHeight - screen.height) <= SLACK;
}

/** `told` is called when an act is over and its outcome is shown. */
export function setUpStage(told) {
  state.told = told;
  const escape = event => {
    event.preventDefault();
    if (state.escape) state.escape();
  };
  byId('stage').addEventListener('cancel', escape);
  byId('stage').addEventListener('close', escape);
  document.addEventListener('fullscreenchange', event => { if (state.isOurs && !document.fullscreenElement) escape(event); });
}
