// The page: the three counts, filters and order of the zones, the stream that keeps them current.
import * as text from '/assets/wall-text.js';
import { GROUPS, clock, now, judge, isDemo, el, fill, shape, tickOne, makeRow, updateRow, detail } from '/assets/wall-zone.js';
const { t, word } = text;

const STATES = ['live', 'late', 'silent', 'notOpened', 'closed', 'unseen', 'retired'];
const FILTERS = { all: () => true, fault: view => view.rank === 0, silent: view => view.zone.state === 'silent' };
const PAGE = 200, SILENCE = 40000, POLL = 15000, RETRY = 5000, GATHER = 1500, FLASH = 4000;

const byId = id => document.getElementById(id);
const views = new Map(), rows = new Map(), open = new Set();
const wall = { stream: 'connecting', loaded: false, heardAt: performance.now(), source: null, filter: 'all', changes: [], due: 0 };

function split() {
  const all = [...views.values()].sort((a, b) => a.rank - b.rank || a.name.localeCompare(b.name, 'zh-Hans-CN', { numeric: true }));
  const production = all.filter(view => !isDemo(view)), demo = all.filter(isDemo);
  return production.length ? { main: production, apart: demo } : { main: demo, apart: [] };
}

function render() {
  wall.due = 0;
  const { main, apart } = split(), all = main.concat(apart), focused = document.activeElement;
  counts(main);
  filters(all);
  fill(byId('summary'), ...summary(main));
  byId('ribbon').hidden = !main.length || !isDemo(main[0]);
  byId('apart').hidden = !place(byId('demoRows'), apart.filter(isWanted));
  empty(place(byId('rows'), main.filter(isWanted)) + byId('demoRows').children.length);
  // Moving a row in the DOM takes the focus from the button inside it.
  if (focused !== document.activeElement && document.contains(focused)) focused.focus({ preventScroll: true });
}
function toggle(id) {
  if (!open.delete(id)) open.add(id);
  render();
}
function schedule() {
  wall.due = wall.due || setTimeout(render, 100);
}
function isWanted(view) {
  return FILTERS[wall.filter](view) && view.name.toLowerCase().includes(byId('query').value.trim().toLowerCase());
}
function place(body, wanted) {
  const order = [];
  wanted.forEach((view, n) => {
    const row = rows.get(view.zone.zone), isOpen = open.has(view.zone.zone);
    const number = String(n + 1);
    if (row.cells.no.textContent !== number) row.cells.no.textContent = number;
    row.button.setAttribute('aria-expanded', String(isOpen));
    order.push(row.tr);
    if (isOpen) order.push(row.detail);
    if (isOpen && !row.panel.firstChild) fill(row.panel, ...detail(view));
    if (!isOpen) row.panel.textContent = '';
  });
  const kept = new Set(order);
  [...body.children].forEach(child => kept.has(child) || child.remove());
  order.forEach((node, n) => { if (body.children[n] !== node) body.insertBefore(node, body.children[n] || null); });
  return order.length;
}
function counts(main) {
  const counted = main.filter(view => view.zone.state !== 'retired');
  fill(byId('counts'), ...GROUPS.map((name, n) => countTile(name, counted, value => counted.filter(view => view.groups[n] === value))));
}
function countTile(name, counted, having) {
  const good = having('ok').length, bad = having('bad').length, unknown = having('unknown').concat(having('closed'));
  const closed = unknown.filter(view => view.zone.state === 'closed' || having('closed').includes(view)).length;
  const bar = el('span', 'share', ...[['ok', good], ['bad', bad], ['unknown', unknown.length]].map(([kind, size]) => {
    const part = el('i', `part-${kind}`);
    part.style.flexGrow = size;
    return part;
  }));
  const rest = [bad ? el('span', 'count-bad', shape('bad'), t('count.bad', bad)) : '',
    el('span', 'count-unknown', shape('unknown'), t('count.unknown', unknown.length), closed ? t('count.closed', closed) : '')];
  return el('article', bad ? 'count has-bad' : 'count', el('h2', '', t(`count.${name}`)),
    el('p', 'big', el('strong', '', counted.length ? String(good) : '—'), `/${counted.length}`), el('p', 'rest', ...rest), bar);
}
function summary(main) {
  const parts = STATES.map(state => [state, main.filter(view => view.zone.state === state).length]).filter(part => part[1]);
  const listed = main.filter(view => view.zone.onRoster);
  const roster = listed.length ? [t('roster', listed.length, listed.filter(view => (view.zone.nodes || []).length).length)] : [];
  return main.length ? [t('summary', main.length), ...roster, ...parts.map(([state, count]) => `${word('state', state)} ${count}`)].map(part => el('span', '', part)) : [];
}
function filters(all) {
  for (const button of byId('filters').children) {
    const key = button.dataset.filter;
    button.textContent = `${t(`filter.${key}`)} ${all.filter(FILTERS[key]).length}`;
    button.setAttribute('aria-pressed', String(key === wall.filter));
  }
}
function empty(shown) {
  const box = byId('empty');
  box.hidden = shown > 0;
  if (shown) return;
  const steps = el('ol', '', ...[1, 2, 3, 4].map(n => el('li', '', t(`empty.${n}`))));
  if (!wall.loaded) fill(box, el('p', '', t('loading')));
  else if (views.size) fill(box, el('p', '', t(byId('query').value.trim() ? 'none.all' : `none.${wall.filter}`)));
  else fill(box, el('h2', '', t('empty.title')), el('p', '', t('empty.lead')), steps);
}

// ---- data in ----

function accept(zone) {
  if (!zone || typeof zone.zone !== 'string') return;
  const before = views.get(zone.zone), view = judge(zone);
  views.set(zone.zone, view);
  if (!rows.has(zone.zone)) rows.set(zone.zone, makeRow(zone.zone, toggle));
  updateRow(rows.get(zone.zone), view);
  if (before && gist(before) !== gist(view)) noteChange(view, before);
}
function acceptAll(zones) {
  const kept = new Set(zones.map(zone => zone.zone));
  [...views.keys()].filter(id => !kept.has(id)).forEach(id => [views, rows, open].forEach(each => each.delete(id)));
  zones.forEach(accept);
  if (!wall.loaded && zones.length === 1) open.add(zones[0].zone);
  wall.loaded = true;
  render();
}
const gist = view => [view.rank, view.zone.state, view.groups, view.worst && (view.worst.code || view.worst.own)].join();

function noteChange(view, before) {
  const tr = rows.get(view.zone.zone).tr;
  tr.classList.add('changed');
  setTimeout(() => tr.classList.remove('changed'), FLASH);
  if (!wall.changes.length) setTimeout(announce, GATHER);
  wall.changes.push(t('changed', text.clockTime(now()), view.name, changeText(view, before)));
}
function changeText(view, before) {
  if (view.rank < 3) return text.headline(view.worst);
  if (view.rank === 4) return word('health', 'unknown');
  return view.rank === 5 && before.rank < 5 ? t('recovered') : word('state', view.zone.state);
}
/** One sentence for all that changed together: a screen reader must be able to finish it. */
function announce() {
  const more = wall.changes.length - 1;
  byId('latest').textContent = wall.changes[0] + (more > 0 ? t('changed.more', more) : '');
  wall.changes = [];
}

// ---- the stream ----

function connect() {
  if (wall.source) wall.source.close();
  wall.heardAt = performance.now();
  wall.source = new EventSource('/api/v1/events');
  on('snapshot', data => { setTime(data); setStream('live'); acceptAll(data.zones || []); });
  on('zone', zone => { accept(zone); schedule(); });
  on('ping', setTime);
  wall.source.onerror = () => {
    setStream('lost');
    // A refusal (502 from a proxy, say) ends an EventSource for good, so it is opened anew.
    if (wall.source.readyState === EventSource.CLOSED) setTimeout(connect, RETRY);
  };
}
function on(name, handle) {
  wall.source.addEventListener(name, event => {
    wall.heardAt = performance.now();
    try { handle(JSON.parse(event.data)); } catch (error) { console.warn(name, error); }
  });
}
function setTime(data) {
  const server = Date.parse(data.serverTime);
  if (server) clock.offset = server - performance.now();
}
function setStream(state) {
  if (wall.stream === 'live' && state !== 'live') clock.asOf = wall.heardAt + clock.offset;
  wall.stream = state;
  clock.live = state === 'live';
  showStream();
}
function showStream() {
  document.body.classList.toggle('lost', wall.stream === 'lost');
  fill(byId('link'), shape(wall.stream === 'live' ? 'live' : 'silent'), t(`stream.${wall.stream}`));
  byId('link').className = `link link-${wall.stream}`;
  byId('banner').hidden = wall.stream !== 'lost';
  byId('banner').textContent = t('lost') + (clock.asOf ? ` ${t('lost.asOf', text.clockTime(clock.asOf))}` : '');
  views.forEach((view, id) => updateRow(rows.get(id), view));
}
/** Some proxies swallow event streams: as long as none arrives, plain requests bring what was true at that moment. */
async function poll() {
  if (wall.stream === 'live') return;
  const zones = [], asked = now();
  let page = [];
  do {
    const after = page.length ? page[page.length - 1].zone : '';
    const reply = await fetch(`/api/v1/zones?after=${encodeURIComponent(after)}&limit=${PAGE}`, { cache: 'no-store' });
    if (!reply.ok) return;
    page = await reply.json();
    zones.push(...page);
  } while (page.length >= PAGE);
  if (wall.stream === 'live') return;
  clock.asOf = asked;
  acceptAll(zones);
  setStream('lost');
}
const tryPoll = () => poll().catch(error => console.warn('zones', error));

// ---- controls ----

function relabel() {
  document.documentElement.lang = text.language();
  document.title = t('title');
  for (const node of document.querySelectorAll('[data-t]')) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll('[data-t-label]')) node.setAttribute('aria-label', t(node.dataset.tLabel));
  for (const node of document.querySelectorAll('[data-t-hint]')) node.placeholder = t(node.dataset.tHint);
  showStream();
  render();
}
/** The address wins over what this browser remembers; private windows may forbid remembering. */
function remembered(key) {
  const asked = new URLSearchParams(location.search).get(key);
  try { return asked || localStorage.getItem(`wall.${key}`); } catch (error) { return asked; }
}
function remember(key, value) {
  try { localStorage.setItem(`wall.${key}`, value); } catch (error) { console.warn(error); }
}
function setUpControls() {
  text.setLanguage(remembered('lang') || 'zh');
  const theme = remembered('theme') || (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');
  document.documentElement.classList.toggle('dark', theme === 'dark');
  byId('theme').addEventListener('click', () => remember('theme', document.documentElement.classList.toggle('dark') ? 'dark' : 'light'));
  byId('lang').addEventListener('click', () => {
    text.setLanguage(text.language() === 'en' ? 'zh' : 'en');
    remember('lang', text.language());
    relabel();
  });
  byId('query').addEventListener('input', render);
  byId('board').addEventListener('keydown', moveByKey);
  for (const key of Object.keys(FILTERS)) {
    const button = el('button', `filter-${key}`);
    button.type = 'button';
    button.dataset.filter = key;
    button.addEventListener('click', () => { wall.filter = key; render(); });
    byId('filters').append(button);
  }
}
/** Arrow keys walk from zone to zone once one of them has the focus; Escape closes its details. */
function moveByKey(event) {
  const buttons = [...byId('board').querySelectorAll('button.open')], at = buttons.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (at < 0) return;
  if (step && buttons[at + step]) {
    event.preventDefault();
    buttons[at + step].focus();
  }
  if (event.key === 'Escape' && buttons[at].getAttribute('aria-expanded') === 'true') buttons[at].click();
}
function tick() {
  document.querySelectorAll('time[data-kind]').forEach(tickOne);
  byId('clock').textContent = `${text.day(now())} ${text.clockTime(now())}`;
  // A cable pulled out raises no error: three missing pings mean the same.
  if (performance.now() - wall.heardAt > SILENCE) {
    setStream('lost');
    connect();
  }
}

setUpControls();
relabel();
tick();
connect();
setInterval(tick, 1000);
setTimeout(tryPoll, 3000);
setInterval(tryPoll, POLL);
