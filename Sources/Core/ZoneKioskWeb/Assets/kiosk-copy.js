// Copying: the tile while a machine that can scan is in service, and the steps from the glass to the paper.
import { both } from '/assets/kiosk-text.js';
import { button, byId, bilingual, el, shape } from '/assets/kiosk-view.js';

const LOOK = 1000, AGAIN = 1500, TRIES = 4, MOST = 9;
const MODES = ['page', 'idCard', 'feeder'], OVER = ['done', 'failed', 'givenUp'];
const state = { send: null, device: null, fee: null, mode: '', copies: 1, copy: null, run: 0, isBusy: false };

// ---- the tile ----

const scanner = device => (device.details && device.details.scanner) || null;
/** One that says what its scanner does; a stand-alone copier is used at its own panel. */
const canCopy = device => device.serviceable === true && scanner(device) && ['idle', 'processing', 'testing'].includes(scanner(device).state);

export function showTile(isSure) { byId('copyTile').hidden = !isSure || !state.device; }

/** Reads anew who can copy; `done` when it is known. */
export async function look(done) {
  try {
    const answer = await state.send('GET', '/v1/devices');
    const devices = answer.status === 200 && Array.isArray(answer.body.devices) ? answer.body.devices : [];
    state.device = devices.find(canCopy) || null;
  } catch (error) {
    state.device = null;
  }
  done();
}

// ---- the steps ----

export const isCopying = () => byId('copy').open;

/** The page goes home: a card is given up, whatever is being scanned or printed comes to its end. */
export function close() {
  const copy = state.copy;
  state.run += 1;
  Object.assign(state, { copy: null, isBusy: false });
  if (copy && copy.state === 'waitingForSecondSide') cancel(copy);
  if (isCopying()) byId('copy').close();
}
async function open() {
  const device = state.device;
  if (!device) return;
  Object.assign(state, { mode: '', copies: 1, copy: null, fee: null, run: state.run + 1 });
  choose();
  byId('copy').showModal();
  const [run, answer] = [state.run, await state.send('GET', '/v1/fees').catch(() => null)];
  if (run !== state.run || !answer || answer.status !== 200 || typeof answer.body.text !== 'string') return;
  state.fee = answer.body.free === true ? both('copy.free') : both('copy.fee', answer.body.text.slice(0, 80));
  if (state.mode && !state.copy && !state.isBusy) lay();
}
function show(title, body, ...buttons) {
  byId('copyTitle').replaceChildren(...bilingual(title));
  byId('copyBody').replaceChildren(...body);
  byId('copyAnswers').replaceChildren(...buttons);
}
const words = (pair, className = 'step') => el('p', className, ...bilingual(pair));
function choose() {
  const modes = MODES.filter(mode => mode !== 'feeder' || scanner(state.device).adf);
  show('copy.title', [el('div', 'modes', ...modes.map(mode => {
    const node = button(`copy.${mode}`, () => { state.mode = mode; lay(); }, 'mode');
    node.prepend(shape(`c-${mode}`, 'picture'));
    return node;
  }))], button('confirm.leave', close, 'quiet'));
}
/** What to do with the original, and how many copies. */
function lay() {
  const count = el('span', 'digits', String(state.copies));
  const step = by => () => {
    state.copies = Math.min(MOST, Math.max(1, state.copies + by));
    count.textContent = String(state.copies);
  };
  const fee = state.fee ? [words(state.fee, 'step fee')] : [];
  show(`copy.${state.mode}`, [words(`copy.lay.${state.mode}`), el('div', 'count', button('copy.fewer', step(-1)), count, button('copy.more', step(1))), ...fee],
    button('copy.begin', begin), button('confirm.leave', close, 'quiet'));
}

// ---- the copy ----

/** One key for all attempts: an answer that is lost must not begin a second copy. */
function newKey() { return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join(''); }

async function begin() {
  if (state.isBusy) return;
  const [run, key] = [state.run, { 'Idempotency-Key': newKey() }];
  const wish = { device: state.device.id, mode: state.mode, copies: state.copies };
  state.isBusy = true;
  show('copy.scanning', [words('copy.closed')]);
  for (let attempt = 1; run === state.run; attempt += 1) {
    const answer = await state.send('POST', '/v1/copies', wish, key).catch(() => null);
    if (run !== state.run) return;
    if (answer && answer.status === 202) return follow(run, answer.body);
    if (answer && answer.status < 500) return failed(answer.body);
    if (attempt >= TRIES) return failed(answer ? answer.body : {});
    await new Promise(go => setTimeout(go, AGAIN));
  }
}
async function follow(run, copy) {
  let missed = 0;
  state.isBusy = false;
  take(copy);
  while (run === state.run && !OVER.includes(state.copy.state)) {
    await new Promise(go => setTimeout(go, LOOK));
    if (run !== state.run) return;
    const answer = await state.send('GET', `/v1/copies/${encodeURIComponent(copy.id)}`).catch(() => null);
    if (run !== state.run) return;
    if (answer && answer.status === 200) {
      missed = 0;
      take(answer.body);
    } else if (answer && answer.status === 404) {
      return failed({});
    } else if ((missed += 1) > 30) {
      return failed({});
    }
  }
}
/** A step is drawn once: a button that is made anew under a finger loses the tap. */
function take(copy) {
  const isNew = !state.copy || state.copy.state !== copy.state;
  state.copy = copy;
  const left = document.getElementById('copyLeft');
  if (left && copy.waitsMs !== undefined) left.textContent = String(Math.ceil(copy.waitsMs / 1000));
  if (isNew) draw(copy);
}
function draw(copy) {
  const where = state.device.collect ? both('copy.collectAt', String(state.device.collect).slice(0, 60)) : both('copy.collect');
  const stop = button('copy.cancel', () => cancel(copy), 'quiet');
  switch (copy.state) {
    case 'scanning': return show('copy.scanning', [words('copy.closed')], stop);
    case 'waitingForSecondSide': {
      const left = el('span', 'digits', String(Math.ceil((copy.waitsMs || 60000) / 1000)));
      left.id = 'copyLeft';
      return show('copy.turn', [words('copy.turned'), el('p', 'count', left)], button('copy.next', () => next(copy)), stop);
    }
    case 'printing': return show('copy.printing', [words(where)], button('copy.close', close), stop);
    case 'done': return show('copy.done', [words(where), words('copy.take')], button('copy.close', close));
    default: return failed(copy.problem || {});
  }
}
/** The agent's own words, in both languages. */
function failed(problem) {
  Object.assign(state, { copy: null, isBusy: false });
  const pair = problem.zh && problem.message ? [problem.zh, problem.message] : both('copy.unsure');
  show('copy.failed', [words(pair)], button('copy.again', choose), button('copy.close', close, 'quiet'));
}
async function next(copy) {
  if (state.isBusy) return;
  const run = state.run;
  state.isBusy = true;
  const answer = await state.send('POST', `/v1/copies/${encodeURIComponent(copy.id)}/next`).catch(() => null);
  state.isBusy = false;
  // Too late or lost: the next look tells.
  if (run === state.run && answer && answer.status === 200) take(answer.body);
}
function cancel(copy) { state.send('DELETE', `/v1/copies/${encodeURIComponent(copy.id)}`).catch(() => null); }

/** `send`: gives method, path, JSON and headers to the agent, and answers with status and JSON. */
export function setUpCopies(send) {
  state.send = send;
  byId('copyTile').addEventListener('click', open);
  byId('copy').addEventListener('cancel', event => { event.preventDefault(); });
}
