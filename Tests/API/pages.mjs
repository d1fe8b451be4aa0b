// The parts of the kiosk page that need no page: events, contacts, what a check means, and that no word is missing.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';

const folder = process.env.ASSETS;
const load = name => import(`${folder}/${name}`);
const down = (us, id, x, y) => ({ us, resync: false, changes: [{ phase: 'down', id, x, y }] });
const move = (us, id, x, y) => ({ us, resync: false, changes: [{ phase: 'move', id, x, y }] });
const up = (us, id) => ({ us, resync: false, changes: [{ phase: 'up', id }] });

test('events are the same wherever the stream is cut', async () => {
  const { parser } = await load('kiosk-sse.js');
  const text = ': hello\n\nevent: panel\ndata: {"slots":10}\n\nid: 7f-1\r\ndata: one\r\ndata: two\r\n\r\nevent: end\ndata: x\n\ndata: cut';
  const read = pieces => {
    const told = [], take = parser((...what) => told.push(what));
    pieces.forEach(take);
    return told;
  };
  const whole = [['', '{"slots":10}\n', 'panel'], ['7f-1', 'one\ntwo\n', 'message'], ['7f-1', 'x\n', 'end']];
  assert.deepEqual(read([text]), whole);
  assert.deepEqual(read([...text]), whole);
  for (let cut = 1; cut < text.length; cut += 1) assert.deepEqual(read([text.slice(0, cut), text.slice(cut)]), whole);
});

test('an event without end is not kept', async () => {
  const { parser } = await load('kiosk-sse.js'), take = parser(() => {});
  assert.throws(() => { for (;;) take('data: '.padEnd(4096, 'x')); });
});

test('contacts are counted while they last, and the most is remembered', async () => {
  const { contactBook } = await load('kiosk-contacts.js'), book = contactBook(20, 12);
  book.take(down(0, 1, .5, .5), 0);
  book.take(down(1, 2, undefined, undefined), 0);
  assert.deepEqual([book.live.size, book.most, book.touched], [2, 2, 1], 'a place that is not known is no place');
  book.take(up(2, 1), 0);
  book.take(up(3, 2), 0);
  assert.deepEqual([book.live.size, book.most], [0, 2]);
});

test('a fast slide touches what lies between, a contact that was lost for long does not', async () => {
  const { contactBook } = await load('kiosk-contacts.js'), slid = contactBook(20, 12), jumped = contactBook(20, 12);
  slid.take(down(0, 1, .025, .5), 0);
  slid.take(move(10_000, 1, .975, .5), 10);
  assert.equal(slid.touched, 20);
  jumped.take(down(0, 1, .025, .5), 0);
  jumped.take(move(900_000, 1, .975, .5), 900);
  assert.equal(jumped.touched, 2);
});

test('the rate is that of the frames, and stays while a finger lies still', async () => {
  const { contactBook } = await load('kiosk-contacts.js'), book = contactBook(20, 12);
  assert.equal(book.rate(), null);
  book.take(down(0, 1, .1, .1), 0);
  for (let n = 1; n <= 20; n += 1) book.take(move(n * 8000, 1, n / 100, .1), n * 8);
  assert.equal(Math.round(book.rate()), 125);
  book.take(move(9_000_000, 1, .5, .5), 9000);
  assert.equal(Math.round(book.rate()), 125);
});

test('whatever comes, little is kept', async () => {
  const { contactBook } = await load('kiosk-contacts.js'), book = contactBook(20, 12);
  // The same numbers each time: xorshift32.
  let seed = 1;
  const any = () => { seed ^= seed << 13; seed ^= seed >>> 17; seed ^= seed << 5; return (seed >>> 0) / 2 ** 32; };
  for (let n = 0; n < 30_000; n += 1) {
    const phase = ['down', 'move', 'up', 'odd'][Math.floor(any() * 4)], place = any() < .1 ? {} : { x: any() * 4 - 2, y: any() * 4 - 2 };
    book.take({ us: n * 1000, resync: any() < .05, changes: any() < .02 ? null : [{ phase, id: Math.floor(any() * 1000), ...place }, null] }, n);
  }
  assert.ok(book.trail.length <= 4096 && book.live.size <= 64 && book.most <= 64);
  assert.ok(book.touched <= 240 && book.cells.length === 240);
});

test('cells are about square on every display', async () => {
  const { gridFor } = await load('kiosk-canvas.js');
  for (const [width, height] of [[1920, 1080], [1080, 1920], [1024, 768], [3840, 1080], [0, 0]]) {
    const [columns, rows] = gridFor(width, height);
    assert.ok(columns >= 12 && rows >= 12 && columns <= 48 && rows <= 48);
    if (width) assert.ok(Math.abs((width / columns) / (height / rows) - 1) < .1, `${width} × ${height}: ${columns} × ${rows}`);
  }
});

test('a panel with a dead place is never to be calibrated, one that is mirrored is', async () => {
  const { findings, nextStep } = await load('kiosk-check.js');
  const found = (state, shape, missed, calibration) => ({ state, shape, calibration, results: Array(9).fill({ state: 'hit' }).fill({ state: 'missed' }, 0, missed) });
  const matrix = [-1, 0, 1, 0, 1, 0];
  assert.equal(nextStep(found('passed', 'fits', 0)), 'none');
  assert.equal(nextStep(found('failed', 'inverted', 0, matrix)), 'calibrate');
  assert.equal(nextStep(found('failed', 'inverted', 1, matrix)), 'repair');
  assert.equal(nextStep(found('failed', 'unclear', 0)), 'repair');
  assert.equal(nextStep(found('timedOut', undefined, 7)), 'again');
  const corners = { topLeft: { state: 'failed' }, topRight: { state: 'missed' }, bottomLeft: { state: 'passed' }, bottomRight: { state: 'passed' } };
  const told = findings({ ...found('failed', 'a shape of the future', 0), corners, residualMm: 3.25 });
  assert.deepEqual(told.map(pair => pair[1]), ['No straight map puts it right', 'Not in place at: upper left, upper right', 'What no calibration mends: 3.3 mm']);
  assert.deepEqual(findings(found('timedOut', undefined, 7)), [], 'from too few touches nothing is said');
});

const duty = (id, state, more = {}) => ({ id, state, text: id, role: 'staff', rhythm: 'weekly fri', ...more });

test('only what was entered today is taken back', async () => {
  const { undoable, listed } = await load('kiosk-duties.js');
  const now = Date.parse('2026-03-05T17:00:00.000Z');
  const duties = [duty('today', 'done', { doneAt: '2026-03-05T16:30:00.000Z' }), duty('before', 'done', { doneAt: '2026-03-05T15:30:00.000Z' }),
    duty('open', 'due'), duty('bare', 'done')];
  assert.deepEqual(undoable(duties, now).map(each => each.id), ['today'], 'midnight is that of the zone');
  const wires = duty('wires', 'due', { tap: 'closed', role: 'technician' });
  assert.deepEqual(listed([wires]), [wires], 'no tap of the staff hides it');
});

test('one tap is all the duties that it enters, and is done when all of them are', async () => {
  const { tapOf } = await load('kiosk-duties.js');
  const [at, later] = ['2026-03-05T01:00:00.000Z', '2026-03-05T02:00:00.000Z'];
  const cleaned = (...states) => tapOf(states.map((state, n) => duty(`c${n}`, state, { tap: 'cleaned', doneAt: state === 'done' ? [at, later][n] : undefined })), 'cleaned');
  assert.equal(cleaned('done', 'due').state, 'due');
  assert.equal(cleaned('due', 'overdue').state, 'overdue');
  assert.deepEqual([cleaned('done', 'done').state, cleaned('done', 'done').doneAt], ['done', Date.parse(later)]);
  assert.equal(cleaned('unknown', 'waiting').state, 'waiting', 'what nobody knows is neither done nor a reproach');
  assert.equal(tapOf([duty('a', 'due')], 'opened'), null, 'no duty, no button');
  assert.equal(tapOf([duty('a', 'due', { tap: 'opened', role: 'technician' })], 'opened'), null, 'a technician enters it elsewhere');
});

test('the list has the overdue first, no taps, and says by when', async () => {
  const { listed, whenOf } = await load('kiosk-duties.js');
  const duties = [duty('later', 'waiting', { nextBy: '2026-04-03T09:00:00.000Z' }), duty('open', 'due', { tap: 'opened' }), duty('soon', 'due', { dueBy: '2026-03-06T16:30:00.000Z' }),
    duty('late', 'overdue', { dueBy: '2026-03-02T09:00:00.000Z' }), duty('ready', 'done', { doneAt: '2026-03-05T01:00:00.000Z' }), duty('never', 'unknown')];
  assert.deepEqual(listed(duties).map(each => each.id), ['late', 'soon', 'later', 'never']);
  assert.deepEqual(listed(duties).map(each => whenOf(each)[1]), ['overdue since 03/02', 'by 03/07', 'by 04/03', 'No date is set'], 'days are those of the zone');
  assert.equal(whenOf(duty('early', 'waiting', { ahead: true, doneAt: '2026-03-06T01:00:00.000Z', nextBy: '2026-04-03T09:00:00.000Z' }))[0], '03/06 已提前登记');
});

test('the month\'s check stands among the day\'s work while it is wanted, and cannot be begun twice', async () => {
  const { monthlyOf } = await load('kiosk-duties.js');
  assert.equal(monthlyOf({}), null);
  assert.equal(monthlyOf({ monthly: { state: 'later', due: '2026-11-25' } }), null);
  const wanted = monthlyOf({ monthly: { state: 'remind', due: '2026-11-25' } });
  assert.deepEqual([wanted.canBegin, wanted.state, wanted.words[0]], [true, 'due', '每月设备检查，11/25 前完成']);
  assert.equal(monthlyOf({ monthly: { state: 'overdue', due: '2026-11-25' } }).state, 'overdue');
  assert.equal(monthlyOf({ monthly: { state: 'overdue', due: '2026-11-25' }, checking: true }).canBegin, false);
});

test('of a check-list only what somebody touched is entered', async () => {
  const { answersOf, countOf } = await load('kiosk-duties.js');
  assert.deepEqual(answersOf(new Map([['water', true], ['cups', false]])), { water: true, cups: false });
  assert.equal(countOf({ items: [{ standing: 'there' }, { standing: 'missing' }, { standing: 'there' }] }, 'there'), 2);
});

test('every word that the page asks for is there, in both languages', async () => {
  const { both } = await load('kiosk-text.js'), { STAFF_WORDS } = await load('kiosk-words-staff.js'), { DUTY_WORDS } = await load('kiosk-words-duties.js');
  for (const [key, pair] of Object.entries({ ...STAFF_WORDS, ...DUTY_WORDS })) assert.ok(pair.length === 2 && pair.every(text => text.length > 0), key);
  for (const file of readdirSync(folder).filter(name => name.endsWith('.js'))) {
    const named = readFileSync(`${folder}/${file}`, 'utf8').match(/(?<=')(staff|stage|clean|check|test|copy|confirm|report|duty)\.[a-z][A-Za-z.]*(?=')/g) || [];
    for (const key of named) assert.equal(both(key).length, 2, `${file}: ${key}`);
  }
});

test('what was reported is told with its device, in both languages, and the answer in the words of the office', async () => {
  const { lineOf } = await load('kiosk-report.js');
  const told = lineOf({ kind: 'printer', text: '已答复（3月8日）', en: 'Answered on 2026-03-08', answer: '已换硒鼓' });
  assert.deepEqual(told.text, ['打印机：已答复（3月8日）', 'Printer: Answered on 2026-03-08']);
  assert.equal(told.answer, '已换硒鼓');
  assert.deepEqual(lineOf({ kind: 'teleporter', text: 'x'.repeat(500) }).text[0].length, '其他设备：'.length + 200);
  assert.equal(lineOf({ text: null, answer: 7 }).answer, '');
});

test('the wall says until when a zone is shut: by its hours, by its staff, whichever lasts longer', async () => {
  const { shut, setLanguage } = await load('wall/wall-text.js');
  const now = Date.parse('2026-11-23T12:00:00.000Z'), morning = '2026-11-24T01:00:00.000Z';
  const both = zone => ['zh', 'en'].map(language => { setLanguage(language); return shut(zone, now); });
  assert.deepEqual(both({}), ['', ''], 'open, or nobody knows');
  assert.deepEqual(both({ closedUntil: morning }), ['非开放，11月24日 09:00开放', 'closed until 24 Nov 09:00']);
  assert.deepEqual(both({ closedUntil: '2026-11-23T13:30:00.000Z' }), ['非开放，21:30开放', 'closed until 21:30'], 'today needs no date');
  const closure = until => ({ since: '2026-11-23T02:00:00.000Z', until });
  assert.equal(both({ closure: closure() })[1], 'closed by staff');
  assert.equal(both({ closedUntil: morning, closure: closure() })[0], '工作人员已停用');
  assert.equal(both({ closedUntil: morning, closure: closure('2026-11-30T01:00:00.000Z') })[1], 'closed by staff until 30 Nov 09:00');
  assert.equal(both({ closedUntil: morning, closure: closure('2026-11-23T13:00:00.000Z') })[1], 'closed until 24 Nov 09:00');
  assert.deepEqual(both({ closedUntil: 'x', closure: 7 }), ['工作人员已停用', 'closed by staff'], 'what is no time is none');
});
