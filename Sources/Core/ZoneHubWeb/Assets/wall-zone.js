// One zone: what its state means (judge) and how it looks (row, details).
import * as text from '/assets/wall-text.js';
const { t, word } = text;

export const GROUPS = ['network', 'query', 'print'];
const SEVERITIES = ['fault', 'silent', 'warning', 'notice'];
const STATES = ['live', 'late', 'silent', 'notOpened', 'closed', 'unseen', 'retired'];
const UNHEARD = ['silent', 'unseen'];
const SHAPES = {
  ok: 'ok', bad: 'bad', unknown: 'unknown', fault: 'bad', failed: 'bad', warning: 'warning', degraded: 'warning', notice: 'notice',
  live: 'ok', late: 'late', silent: 'silent', notOpened: 'bad', closed: 'closed', unseen: 'unknown', retired: 'none',
};

const list = value => (Array.isArray(value) ? value : []);

/** Server time on a clock that no one can set; `live` falls when the stream does. */
export const clock = { live: false, asOf: 0, offset: Date.now() - performance.now() };
export const now = () => performance.now() + clock.offset;
/** While the stream is down nothing may look as if time went on: ages stand still at the last good moment. */
const reference = () => (clock.live ? now() : clock.asOf);

// ---- judging: from the hub's object to what a row says ----

export function judge(zone) {
  const heard = Math.max(0, ...list(zone.nodes).map(node => Date.parse(node.lastHeard) || 0));
  const unheard = UNHEARD.includes(zone.state);
  const groups = GROUPS.map(name => verdict(zone, name, unheard));
  const troubles = ownTroubles(zone, heard).concat(unheard ? [] : conditionsOf(zone));
  if (!unheard && !troubles.some(each => each.severity === 'fault')) {
    GROUPS.filter((_, n) => groups[n] === 'bad').forEach(own => troubles.push({ own, severity: 'fault' }));
  }
  troubles.sort((a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity) || startOf(a) - startOf(b));
  const signature = JSON.stringify(zone, (key, value) => (key === 'lastHeard' ? undefined : value));
  return { zone, heard, unheard, groups, troubles, signature, worst: troubles[0], rank: rank(zone, groups, troubles[0]), name: String(zone.name || zone.zone) };
}
function verdict(zone, name, unheard) {
  const value = (zone.groups || {})[name];
  return !unheard && ['ok', 'bad', 'closed'].includes(value) ? value : 'unknown';
}
/** What the zone itself suffers from: no device can state that nobody speaks for it. */
function ownTroubles(zone, heard) {
  if (list(zone.alerts).includes('identity.cloned')) return [{ own: 'cloned', severity: 'fault', fixer: 'technician' }];
  if (zone.state === 'silent') return [{ own: 'silent', severity: 'silent', fixer: 'network', since: heard }];
  const told = conditionsOf(zone).some(each => each.code === 'zone.openedLate');
  return zone.state === 'notOpened' && !told ? [{ own: 'notOpened', severity: 'fault', fixer: 'staff', since: zone.stateSince }] : [];
}
function conditionsOf(zone) {
  const counted = list(zone.devices).filter(device => zone.purpose === 'demo' || !device.simulated);
  return counted.reduce((all, device) => all.concat(list(device.conditions)), []).filter(each => SEVERITIES.includes(each.severity));
}
const startOf = condition => (typeof condition.since === 'number' ? condition.since : Date.parse(condition.since)) || 0;

function rank(zone, groups, worst) {
  if (zone.state === 'retired') return 8;
  if (worst && worst.severity !== 'notice') return SEVERITIES.indexOf(worst.severity);
  if (zone.state === 'late') return 3;
  if (zone.state === 'live') return groups.includes('unknown') ? 4 : 5;
  return zone.state === 'closed' ? 6 : 7;
}
export const isDemo = view => view.zone.purpose === 'demo';
// ---- small DOM tools; whatever comes from the hub enters as text only ----

export function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter(child => child !== '' && child !== null && child !== undefined));
  return node;
}
export function fill(node, ...children) {
  node.textContent = '';
  node.append(...children.filter(Boolean));
}
export function shape(value) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = document.createElementNS(svg.namespaceURI, 'use');
  const name = Object.prototype.hasOwnProperty.call(SHAPES, value) ? SHAPES[value] : 'unknown';
  svg.setAttribute('class', `shape is-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#s-${name}`);
  svg.append(use);
  return svg;
}
/** A time the ticker keeps current: `ago` (last report) or `for` (how long already). */
function timer(kind, ms) {
  const node = el('time');
  Object.assign(node.dataset, { kind, at: ms });
  tickOne(node);
  return node;
}
export function tickOne(node) {
  const at = Number(node.dataset.at), age = reference() - at;
  const heard = clock.live ? text.ago(age) : text.moment(at, reference());
  const value = node.dataset.kind === 'for' ? text.duration(age) : heard;
  if (node.textContent !== value) node.textContent = value;
}

// ---- rows ----

const CELLS = {
  no: () => [],
  name: null,
  type: view => [el('span', '', view.zone.type ? word('type', view.zone.type) : '—')],
  state: view => [el('span', `state state-${SHAPES[view.zone.state] || 'unknown'}`, shape(view.zone.state), word('state', view.zone.state)), shutText(view)],
  groups: groupMarks,
  fault: view => (view.worst ? faultText(view) : [el('span', 'nothing', '—')]),
  fixer: view => (view.worst && view.worst.fixer ? [word('fixer', view.worst.fixer)] : [el('span', 'nothing', '—')]),
  since: view => (view.worst && startOf(view.worst) ? [timer('for', startOf(view.worst))] : [el('span', 'nothing', '—')]),
  heard: view => [view.heard ? timer('ago', view.heard) : t('never')],
};
/** Of a zone that nobody hears it is not known whether staff have opened it again. */
function shutText(view) {
  const words = view.unheard ? '' : text.shut(view.zone, reference());
  return words && el('small', 'shut', words);
}
function groupMarks(view) {
  if (view.groups.every(value => value === 'unknown')) return [el('span', 'group group-unknown', shape('unknown'), t('groups.unknown'))];
  return [el('span', 'groups', ...GROUPS.map((name, n) => groupMark(name, view.groups[n])))];
}
function groupMark(name, value) {
  return el('span', `group group-${value}`, shape(value), word('group', name), el('b', value === 'ok' ? 'hidden-text' : '', word('verdict', value)));
}
function faultText(view) {
  const more = view.troubles.length - 1;
  return [el('span', `trouble trouble-${view.worst.severity}`, shape(view.worst.severity),
    el('span', '', el('span', 'headline', text.headline(view.worst)), more > 0 ? el('small', 'more', t('more', more)) : ''))];
}
let made = 0;
export function makeRow(id, toggle) {
  const row = { tr: el('tr', 'zone'), cells: {}, button: el('button', 'open'), detail: el('tr', 'detail'), panel: el('td'), shown: '' };
  for (const key of Object.keys(CELLS)) {
    row.cells[key] = el('td', `c-${key}`);
    row.cells[key].setAttribute('role', 'cell');
    row.tr.append(row.cells[key]);
  }
  row.button.type = 'button';
  row.panel.colSpan = 9;
  row.panel.id = `detail-${made += 1}`;
  row.button.setAttribute('aria-controls', row.panel.id);
  row.badge = el('span', 'badge');
  row.cells.name.append(row.button, row.badge);
  row.detail.append(row.panel);
  for (const tr of [row.tr, row.detail]) tr.setAttribute('role', 'row');
  row.panel.setAttribute('role', 'cell');
  // A mouse that has just marked text to copy it did not mean to open anything.
  row.tr.addEventListener('click', event => { if (event.target === row.button || !String(getSelection())) toggle(id); });
  return row;
}
/** Only what changed is rebuilt: a heartbeat that brings nothing new moves no text under a reader's eyes. */
export function updateRow(row, view) {
  const signature = text.language() + clock.live + view.signature;
  fill(row.cells.heard, ...CELLS.heard(view));
  const nodes = row.panel.firstChild;
  if (nodes) nodes.replaceWith(nodesLine(view));
  if (signature === row.shown) return;
  row.shown = signature;
  row.tr.dataset.rank = view.rank;
  row.button.textContent = view.name;
  row.badge.textContent = isDemo(view) ? t('demo') : '';
  row.badge.hidden = !isDemo(view);
  for (const key of Object.keys(CELLS)) {
    if (CELLS[key] && key !== 'no' && key !== 'heard') fill(row.cells[key], ...CELLS[key](view));
    row.cells[key].dataset.label = t(`col.${key}`);
  }
  if (nodes) fill(row.panel, ...detail(view));
}

// ---- details of one zone ----

export function detail(view) {
  const devices = list(view.zone.devices).slice();
  const weight = device => Math.min(9, ...list(device.conditions).map(each => SEVERITIES.indexOf(each.severity)));
  const cards = devices.sort((a, b) => weight(a) - weight(b)).map(device => deviceCard(view, device));
  return [
    nodesLine(view),
    view.unheard && devices.length ? el('p', 'before', shape('silent'), t('before')) : '',
    cards.length ? el('ul', 'devices', ...cards) : el('p', '', t('noDevices')),
  ];
}
function nodesLine(view) {
  return el('p', 'nodes', el('b', '', t('nodes')), ...list(view.zone.nodes).map(nodeMark));
}
function nodeMark(node) {
  const at = Date.parse(node.lastHeard);
  return el('span', 'node', shape(node.state), `${node.node} · ${word('state', node.state)} · `, at ? timer('ago', at) : t('never'));
}
/** A device is known only as long as one of the PCs that see it is heard. */
function isKnown(view, device) {
  const observers = list(device.observers).map(each => each.node).concat(device.node);
  const silent = list(view.zone.nodes).filter(node => UNHEARD.includes(node.state)).map(node => node.node);
  return !view.unheard && !observers.every(node => silent.includes(node));
}
function deviceCard(view, device) {
  const known = isKnown(view, device), health = known ? device.health : 'unknown';
  const use = known && typeof device.serviceable === 'boolean' ? device.serviceable : 'unknown';
  const axes = ['presence', 'link', 'mode', 'activity'].filter(axis => known && text.hasWord(axis, device[axis])).map(axis => word(axis, device[axis]));
  const observers = list(device.observers).map(each => each.node).join(text.language() === 'en' ? ', ' : '、') || device.node || '';
  return el('li', `device health-${SHAPES[health] || 'unknown'}`,
    el('h3', '', word('kind', device.kind), device.place ? el('span', 'place', device.place) : '', device.simulated ? el('span', 'badge', t('simulated')) : ''),
    el('p', 'health', shape(health), el('b', '', word('health', health)), ' · ', word('use', use), axes.length ? ` · ${axes.join(' · ')}` : ''),
    ...list(device.conditions).map(conditionBlock),
    el('p', 'fine', device.id, observers ? ` · ${t('observers', observers)}` : ''));
}
function conditionBlock(condition) {
  const at = startOf(condition), next = text.nextStep(condition);
  return el('div', `condition trouble-${SEVERITIES.includes(condition.severity) ? condition.severity : 'notice'}`,
    el('p', 'headline', shape(condition.severity), text.headline(condition)),
    next ? el('p', '', t('next'), next) : '',
    el('p', 'facts', el('span', '', word('severity', condition.severity)), el('span', '', t('col.fixer'), ' ', el('b', '', word('fixer', condition.fixer))),
      at ? el('span', '', t('since', text.dayAndTime(at)), ' ', timer('for', at)) : '', el('code', '', condition.code)));
}

