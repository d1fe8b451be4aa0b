// What staff do each day: the three taps, what else is due, and the check-lists. Looking needs no PIN, entering does.
import * as pin from '/assets/kiosk-pin.js';
import { both, clockTime, zoneDay } from '/assets/kiosk-text.js';
import { button, bilingual, el } from '/assets/kiosk-view.js';

const TAPS = ['opened', 'cleaned', 'closed'], MOST = 8, TEXT = 40;
const ORDER = ['overdue', 'due', 'waiting', 'unknown', 'done'];

// ---- the model ----

/** One of the three taps: all duties that staff enter with it. What is not due and not done leaves it grey. */
export function tapOf(duties, name) {
  const mine = duties.filter(duty => isOnTap(duty) && duty.tap === name);
  if (!mine.length) return null;
  const states = mine.map(duty => duty.state), done = mine.filter(duty => duty.state === 'done');
  const state = states.includes('overdue') ? 'overdue' : states.includes('due') ? 'due' : done.length ? 'done' : 'waiting';
  const times = done.map(duty => Date.parse(duty.doneAt)).filter(time => time >= 0);
  return { name, state, duties: mine, doneAt: times.length ? Math.max(...times) : null };
}
/** A technician's duty is no tap of the staff. */
const isOnTap = duty => TAPS.includes(duty.tap) && duty.role !== 'technician';
/** What was entered today, and can be taken back today. */
export const undoable = (duties, now) => duties.filter(duty => duty.state === 'done' && Date.parse(duty.doneAt) >= 0 && zoneDay(Date.parse(duty.doneAt)) === zoneDay(now));
/** What is not one of the taps, the most urgent first. What nobody can be late with stands last. */
export function listed(duties) {
  const rank = duty => ORDER.indexOf(duty.state), by = duty => Date.parse(duty.dueBy || duty.nextBy) || Infinity;
  const shown = duties.filter(duty => !isOnTap(duty) && (duty.state !== 'done' || duty.rhythm.startsWith('daily')));
  return shown.sort((a, b) => rank(a) - rank(b) || by(a) - by(b));
}
const day = text => (Date.parse(text) >= 0 ? zoneDay(Date.parse(text)).slice(5).replace('-', '/') : '');
/** When, in a few words; nothing where nothing is known. */
export function whenOf(duty) {
  if (duty.state === 'overdue') return both('duty.overdue', day(duty.dueBy));
  if (duty.state === 'done') return both('duty.at', clockTime(Date.parse(duty.doneAt)));
  if (duty.state === 'waiting' && duty.ahead === true) return both('duty.ahead', day(duty.doneAt));
  const by = day(duty.state === 'due' ? duty.dueBy : duty.nextBy);
  return by ? both('duty.by', by) : both('duty.noDate');
}
/** The month's check of the devices, where somebody has to be told: its words, and whether it can be begun now. */
export function monthlyOf(body) {
  const month = body.monthly && typeof body.monthly === 'object' ? body.monthly : null;
  if (body.checking === true) return { words: both('duty.checking'), canBegin: false, state: 'due' };
  if (!month || !['remind', 'overdue'].includes(month.state)) return null;
  const due = String(month.due).slice(5, 10).replace('-', '/'), isLate = month.state === 'overdue';
  return { words: both(isLate ? 'duty.monthlyLate' : 'duty.monthly', due), canBegin: true, state: isLate ? 'overdue' : 'due' };
}
export const countOf = (list, standing) => list.items.filter(item => item.standing === standing).length;
/** The answers of a list as the agent takes them; what nobody touched is not in it. */
export const answersOf = chosen => Object.fromEntries([...chosen].map(([id, isThere]) => [id, isThere]));

// ---- the sheet ----

/** The sheet of the day. `desk`: send, enter(act), show(title, body, ...buttons), tell(title, pair), leave, panel. */
export async function open(desk) {
  const answer = await desk.send('GET', '/v1/duties').catch(() => null);
  if (!desk.isOpen()) return;
  const isThere = answer && answer.status === 200 && Array.isArray(answer.body.duties);
  const duties = isThere ? answer.body.duties.filter(duty => duty && typeof duty === 'object') : [];
  const taps = TAPS.map(name => tapOf(duties, name)).filter(Boolean);
  const body = [];
  if (!isThere) body.push(line(both('confirm.failed')));
  else if (!duties.length && !monthlyOf(answer.body)) body.push(line(both('duty.none')));
  if (taps.length) body.push(el('div', 'taps', ...taps.map(tap => tapButton(desk, tap))));
  const month = isThere ? monthlyOf(answer.body) : null;
  if (month) body.push(el('ul', 'duties', monthRow(desk, month)));
  if (duties.length) body.push(dueList(desk, listed(duties).slice(0, MOST)));
  const lists = button('duty.lists', () => chooseList(desk)), panel = button('duty.panel', desk.panel);
  desk.show('duty.title', body, ...(isThere ? [lists] : []), panel, desk.leave());
}
const line = pair => el('p', 'step', ...bilingual(pair));

function tapButton(desk, tap) {
  const why = { done: () => both('duty.at', clockTime(tap.doneAt)), overdue: () => both('duty.late'), due: () => both('duty.open'), waiting: () => both('duty.open') }[tap.state]();
  const node = el('button', `tap is-${tap.state}`, el('span', 'name', ...bilingual(`duty.${tap.name}`)), el('span', 'when', ...bilingual(why)));
  node.type = 'button';
  node.addEventListener('click', () => (tap.state === 'done' ? askUndo(desk, undoable(tap.duties, Date.now())) : enterAll(desk, tap.duties)));
  return node;
}
function dueList(desk, duties) {
  if (!duties.length) return line(both('duty.nothingDue'));
  return el('ul', 'duties', ...duties.map(duty => {
    const text = String(duty.name || duty.text).slice(0, TEXT), month = duty.thisMonth ? both('duty.month', duty.thisMonth.due, duty.thisMonth.done) : null;
    const words = el('span', 'words', el('span', 'lead', text), el('span', 'when', ...bilingual(whenOf(duty))), ...(month ? [el('span', 'when', ...bilingual(month))] : []));
    const isMine = duty.role !== 'technician' && duty.state !== 'done';
    return el('li', `duty is-${duty.state}`, words, ...(isMine ? [button('duty.done', () => enterAll(desk, [duty]))] : []));
  }));
}
function monthRow(desk, month) {
  const words = el('span', 'words', el('span', 'lead', ...bilingual(month.words)));
  return el('li', `duty is-${month.state}`, words, ...(month.canBegin ? [button('duty.check', () => desk.enter(() => beginCheck(desk)))] : []));
}
/** The page looks at what is due before each tap, so that nobody begins a second one behind the first. */
async function beginCheck(desk) {
  const look = await desk.send('GET', '/v1/duties').catch(() => null), month = look && look.status === 200 ? monthlyOf(look.body) : null;
  if (month && !month.canBegin) return open(desk);
  const answer = await desk.send('POST', '/v1/checks', { check: 'monthly' }).catch(() => ({ status: 0, body: {} }));
  if (answer.status === 401) return;
  if (![200, 202].includes(answer.status)) return desk.tell('duty.title', pin.pairOf(answer.body));
  return answer.status === 200 ? open(desk) : desk.tell('duty.title', both('duty.checkBegun'));
}
const route = duty => `/v1/duties/${encodeURIComponent(duty.id)}/done`;

/** Entering the same twice is entering it once, so that a lost answer may be asked for again. */
function enterAll(desk, duties) {
  desk.enter(async () => {
    for (const duty of duties.filter(each => each.state !== 'done')) {
      const answer = await desk.send('POST', route(duty), {}).catch(() => ({ status: 0, body: {} }));
      if (answer.status === 401) return;
      if (answer.status !== 200) return desk.tell('duty.title', pin.pairOf(answer.body));
    }
    await open(desk);
  });
}
function askUndo(desk, duties) {
  if (!duties.length) return open(desk);
  const undo = () => desk.enter(async () => {
    for (const duty of duties) {
      const answer = await desk.send('DELETE', route(duty)).catch(() => ({ status: 0, body: {} }));
      if (answer.status === 401) return;
      if (answer.status !== 200) return desk.tell('duty.title', pin.pairOf(answer.body));
    }
    await open(desk);
  });
  desk.show('duty.undo', [], button('duty.undoYes', undo), button('duty.back', () => open(desk), 'quiet'));
}

// ---- check-lists ----

async function chooseList(desk) {
  const answer = await desk.send('GET', '/v1/checklists').catch(() => null);
  if (!desk.isOpen()) return;
  if (!answer || answer.status !== 200 || !Array.isArray(answer.body)) return desk.tell('duty.lists', both('confirm.failed'));
  if (!answer.body.length) return desk.tell('duty.lists', both('duty.none'));
  if (answer.body.length === 1) return fill(desk, answer.body[0]);
  const lists = answer.body.map(list => button([String(list.text).slice(0, TEXT), counts(list)[1]], () => fill(desk, list), 'mode'));
  desk.show('duty.which', [el('div', 'modes', ...lists)], button('duty.back', () => open(desk), 'quiet'));
}
const counts = list => both('duty.counts', ...['there', 'missing', 'unconfirmed'].map(standing => countOf(list, standing)));

function fill(desk, list, chosen = new Map(), why = '') {
  const rows = list.items.map(item => {
    const isThere = chosen.has(item.id) ? chosen.get(item.id) : { there: true, missing: false }[item.standing];
    const pick = (value, words) => {
      const node = button(words, () => fill(desk, list, chosen.set(item.id, value)), isThere === value ? 'picked' : 'quiet');
      node.setAttribute('aria-pressed', String(isThere === value));
      return node;
    };
    const there = item.count > 1 ? both('duty.enough', item.count) : both('duty.there');
    return el('li', 'duty', el('span', 'words lead', String(item.text).slice(0, TEXT)), pick(true, there), pick(false, both('duty.missing')));
  });
  const send = () => {
    if (!chosen.size) return fill(desk, list, chosen, both('duty.nothing'));
    return desk.enter(() => enterList(desk, list, chosen));
  };
  desk.show([String(list.text).slice(0, TEXT), list.id], [el('ul', 'duties', ...rows), line(why || counts(list))],
    button('duty.send', send), button('duty.back', () => open(desk), 'quiet'));
}
async function enterList(desk, list, chosen) {
  const path = `/v1/checklists/${encodeURIComponent(list.id)}`;
  const answer = await desk.send('POST', path, { items: answersOf(chosen) }).catch(() => ({ status: 0, body: {} }));
  if (answer.status === 401) return;
  if (answer.status !== 200) return desk.tell('duty.lists', pin.pairOf(answer.body));
  desk.tell('duty.lists', counts(answer.body));
}
