// The staff corner: what is due today, for everybody to see; the PIN once, then it is entered, and what can be done at a
// touch panel. The token is in memory only; the session ends when the sheet is closed, or after a minute without a touch.
import { clean, hearEnd } from '/assets/kiosk-clean.js';
import { check } from '/assets/kiosk-check.js';
import * as duties from '/assets/kiosk-duties.js';
import { test } from '/assets/kiosk-test.js';
import * as pin from '/assets/kiosk-pin.js';
import * as stage from '/assets/kiosk-stage.js';
import { both } from '/assets/kiosk-text.js';
import { button, byId, bilingual, el, shape } from '/assets/kiosk-view.js';

const REST = 60000, LOOK = 1000, NAME = 40;
const ACTS = { clean, check, test };
const state = { send: null, open: null, stayed: null, staff: null, touchedAt: 0, isActing: false, devices: [] };

const isLoggedIn = () => state.staff !== null;
/** Also while the sheet only says that the session has ended. */
export const isOpen = () => isLoggedIn() || byId('staff').open;
/** While the display belongs to an act, the page's own "nobody there" has to wait. */
export const isActing = () => state.isActing && !stage.isTelling();

export function close() {
  const staff = state.staff;
  Object.assign(state, { staff: null, devices: [] });
  stage.leave();
  if (byId('staff').open) byId('staff').close();
  if (staff) pin.logOut(staff);
}
const touched = () => { state.touchedAt = performance.now(); };
/** The panel took no touch, or its touches were the act: from here on the page counts again. */
function told() {
  touched();
  state.stayed();
}

/** To the agent as staff. A session that has ended ends the sheet's, too. */
async function send(method, path, json, more = {}) {
  const staff = state.staff;
  const answer = await state.send(method, path, json, { ...more, ...staff });
  if (answer.status === 401 && staff && state.staff === staff) over(answer.body);
  return answer;
}
function over(body) {
  state.staff = null;
  stage.leave();
  tell('staff.title', pin.pairOf(body));
}

// ---- the sheet ----

function show(title, body, ...buttons) {
  byId('staffTitle').replaceChildren(...bilingual(title));
  byId('staffBody').replaceChildren(...body);
  byId('staffAnswers').replaceChildren(...buttons);
  if (!byId('staff').open) byId('staff').showModal();
}
const tell = (title, pair) => show(title, [el('p', 'step', ...bilingual(pair))], button('copy.close', close));
const leave = () => button('staff.leave', close, 'quiet');

/** What needs a person of the house: the PIN before, unless it was typed already. */
async function enter(act) {
  if (isLoggedIn()) return act();
  pin.ask(bilingual('staff.pin'), [['staff.enter', async staff => {
    state.staff = staff;
    touched();
    // From here on leaving is the sheet's affair: a pad that is left later must not leave a session behind.
    pin.close();
    await act();
  }]]);
}
const today = {
  send, enter, show, tell, isOpen, panel: () => enter(choosePanel), leave: () => button(isLoggedIn() ? 'staff.leave' : 'duty.back', close, 'quiet'),
};
function begin() {
  touched();
  show('duty.title', [], today.leave());
  return duties.open(today);
}
/** Names are the site's: where it stands, else how it is called. */
const nameOf = panel => String(panel.place || panel.id).slice(0, NAME);

async function choosePanel() {
  const answer = await state.send('GET', '/v1/devices').catch(() => null);
  if (!isLoggedIn()) return;
  state.devices = answer && answer.status === 200 && Array.isArray(answer.body.devices) ? answer.body.devices : [];
  const panels = state.devices.filter(device => device.kind === 'touchPanel' && device.watch === 'machine');
  if (!answer || answer.status !== 200) return tell('staff.title', both('confirm.failed'));
  if (!panels.length) return tell('staff.title', both('staff.noPanel'));
  if (panels.length === 1) return menu(panels[0], false);
  show('staff.which', [el('div', 'modes', ...panels.map(panel => button([nameOf(panel), panel.id], () => menu(panel, true), 'mode')))], leave());
}
function menu(panel, isOneOfSeveral) {
  if (panel.presence === 'absent') return tell('staff.title', both('staff.absent', nameOf(panel)));
  const act = (name, words, picture, ...more) => {
    const node = button(words, () => perform(name, panel, isOneOfSeveral, ...more), 'mode');
    node.prepend(shape(picture, 'picture'));
    return node;
  };
  const which = isOneOfSeveral ? [el('p', 'step', ...bilingual([nameOf(panel), panel.id]))] : [];
  show('staff.title', [...which, el('div', 'modes', act('clean', 'staff.clean', 't-clean'), act('check', 'staff.check', 't-check', 9),
    act('check', 'staff.checkFine', 't-fine', 25), act('test', 'staff.test', 't-test'))], leave());
}

// ---- an act ----

async function perform(name, panel, isOneOfSeveral, ...more) {
  if (state.isActing || !isLoggedIn()) return;
  state.isActing = true;
  byId('staff').close();
  const desk = { panel, devices: state.devices, send, open: state.open, rest: REST };
  try {
    await ACTS[name](desk, ...more);
  } catch (error) {
    console.warn(String(error));
    if (isLoggedIn()) await stage.fail(error);
  } finally {
    state.isActing = false;
    stage.leave();
    if (isLoggedIn()) menu(panel, isOneOfSeveral);
  }
}
function look() {
  if (isActing() || !isOpen()) return;
  if (performance.now() - state.touchedAt > REST) close();
}

/** `cleaning.ended` of a panel. */
export const hear = hearEnd;

/** `send`, `open`: to the agent, and to its streams. `stayed` is called when somebody is known to be there still. */
export function setUpStaff(send, open, stayed) {
  Object.assign(state, { send, open, stayed });
  stage.setUpStage(told);
  byId('staffButton').addEventListener('click', begin);
  byId('staff').addEventListener('close', () => { if (isLoggedIn() && !state.isActing) close(); });
  ['pointerdown', 'keydown'].forEach(name => addEventListener(name, touched, { capture: true, passive: true }));
  setInterval(look, LOOK);
}
