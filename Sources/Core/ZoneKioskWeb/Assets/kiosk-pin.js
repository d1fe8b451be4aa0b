// The PIN pad: staff types it and touches an answer, which gets a session.
import { both } from '/assets/kiosk-text.js';
import { button, byId, el } from '/assets/kiosk-view.js';

const PIN_LIMIT = 12;
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'clear', '0', 'back'];
const state = { send: null, pin: '', run: 0, isBusy: false };

export const isAsking = () => byId('confirm').open;

export function close() {
  state.pin = '';
  state.run += 1;
  if (isAsking()) byId('confirm').close();
}
/** `title`: nodes. `answers`: [words, act]; an act gets the headers of its session, and gives a sentence when it failed. */
export function ask(title, answers) {
  state.run += 1;
  tell('');
  press('clear');
  byId('confirmTitle').replaceChildren(...title);
  byId('keys').replaceChildren(...KEYS.map(key => (/^\d$/.test(key) ? digit(key) : button(`confirm.${key}`, () => press(key)))));
  byId('answers').replaceChildren(...answers.map(([words, act]) => button(words, () => answer(act))), button('confirm.leave', close));
  byId('confirm').showModal();
}
function digit(key) {
  const node = el('button', 'digit', key);
  node.type = 'button';
  node.addEventListener('click', () => press(key));
  return node;
}
function press(key) {
  if (key === 'clear') state.pin = '';
  else if (key === 'back') state.pin = state.pin.slice(0, -1);
  else if (state.pin.length < PIN_LIMIT) state.pin += key;
  byId('pin').textContent = '●'.repeat(state.pin.length);
}
function tell(text) { byId('confirmWhy').textContent = text; }

/** The agent's own words, in both languages: a wrong PIN, none set, how long to wait after too many. */
export const pairOf = body => (body && body.zh && body.message ? [body.zh, body.message] : both('confirm.failed'));
export const refusal = body => pairOf(body).join(' ');

export function logOut(staff) { state.send('DELETE', '/v1/staff/session', null, staff).catch(() => null); }

async function answer(act) {
  if (state.isBusy || !state.pin) return tell(state.pin ? '' : both('confirm.pin').join(' '));
  const [pin, run] = [state.pin, state.run];
  const isLeft = () => run !== state.run || !isAsking();
  state.isBusy = true;
  press('clear');
  try {
    const session = await state.send('POST', '/v1/staff/session', { pin });
    if (session.status !== 201) return tell(refusal(session.body));
    const staff = { 'Staff-Token': session.body.token };
    // The page has gone home meanwhile: nobody is there who could be logged in.
    if (isLeft()) return logOut(staff);
    const trouble = await act(staff);
    if (isLeft()) return;
    if (trouble) tell(trouble);
    else close();
  } catch (error) {
    tell(both('confirm.failed').join(' '));
  } finally {
    state.isBusy = false;
  }
}

/** `send`: gives method, path, JSON and headers to the agent, and answers with status and JSON. */
export function setUpPIN(send) {
  state.send = send;
  byId('confirm').addEventListener('close', () => { state.pin = ''; });
}
