// What the page shows: lines gathered by kind, the sentence above them, hours and help. All text goes through textContent.
import { both, ordered, isChinese, otherLanguage, kindKey, sentence, t, zoneDay } from '/assets/kiosk-text.js';

const KINDS = ['touchPanel', 'queryPC', 'printer', 'copier', 'network', 'display', 'ledDisplay', 'suggestionBox', 'other'];
const DAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
const OPEN_HOLDS = 300000, FEW = 4;
const SVG = 'http://www.w3.org/2000/svg';

export const byId = id => document.getElementById(id);

export function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children);
  return node;
}
export function shape(name, className = 'shape') {
  const node = document.createElementNS(SVG, 'svg'), use = document.createElementNS(SVG, 'use');
  node.setAttribute('class', className);
  node.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${name}`);
  node.append(use);
  return node;
}
/** Chinese breaks anywhere; a break after the comma reads best, so each clause is a piece of its own. */
const clauses = text => text.split(/(?<=[，。])/).map(part => el('span', 'clause', part));

/** The leading language large, the other one small below it. */
export function bilingual(pair) {
  const [first, second] = ordered(pair), small = el('small', '', second);
  small.lang = otherLanguage();
  return [el('span', 'lead', ...(isChinese() ? clauses(first) : [first])), small];
}
export function button(pair, act, className = '') {
  const node = el('button', className, ...bilingual(pair));
  node.type = 'button';
  node.addEventListener('click', act);
  return node;
}

// ---- the model ----

/** One group per kind: citizens look for "a printer", not for the second of two. */
export function gather(lines) {
  const groups = new Map();
  for (const line of lines.filter(each => each && typeof each === 'object')) {
    const kind = kindKey('kind', line.kind) ? line.kind : 'other', text = String(line.text || '').slice(0, 60);
    const group = groups.get(kind) || { kind, size: 0, parts: [] };
    const isServiceable = line.serviceable === true;
    const part = group.parts.find(each => each.text === text && each.serviceable === isServiceable);
    if (part) part.count += 1;
    else group.parts.push({ text, serviceable: isServiceable, count: 1 });
    group.size += 1;
    groups.set(kind, group);
  }
  const known = [...groups.values()].sort((a, b) => KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind));
  known.forEach(group => group.parts.sort((a, b) => b.serviceable - a.serviceable));
  return known;
}
const isUsable = group => group.parts.some(part => part.serviceable);
const isWhole = group => group.parts.every(part => part.serviceable);

/** [shape, pair]: what a person needs to know before reading any line. */
export function summary(groups, certainty, hours) {
  if (certainty === 'wait') return ['wait', both('sum.wait')];
  if (certainty === 'unknown') return ['unknown', both('sum.unknown')];
  const paused = groups.filter(group => !isUsable(group));
  if (!groups.length) return ['unknown', both('sum.none')];
  if (paused.length === groups.length) return hours && hours.open === false ? ['closed', both('sum.closed')] : ['bad', both('sum.all')];
  if (paused.length > 1) return ['bad', both('sum.some', paused.length)];
  if (paused.length) return ['bad', both('sum.one', both(`kind.${paused[0].kind}`))];
  return ['ok', both(groups.every(isWhole) ? 'sum.ok' : 'sum.part')];
}
/** [state, pair] for each line of a group. */
export function states(group, certainty) {
  if (certainty !== 'known') return [['unknown', both('state.unknown')]];
  const isOne = group.parts.length === 1;
  return group.parts.map(part => [part.serviceable ? 'ok' : 'bad', sentence(part, group.kind, isOne ? 1 : group.size)]);
}

// ---- the page ----

export function showSummary([kind, pair]) {
  const box = byId('summary');
  box.className = `summary is-${kind}`;
  box.replaceChildren(shape(`s-${kind}`), el('p', 'words', ...bilingual(pair)));
}
export function showRows(groups, certainty) {
  const list = byId('rows'), before = new Map([...list.children].map(row => [row.dataset.kind, row]));
  // The sheet of styles needs their number: few lines grow, but not without end.
  byId('home').classList.toggle('bare', !groups.length);
  list.classList.toggle('few', groups.length <= FEW);
  list.style.setProperty('--n', groups.length);
  list.style.setProperty('--pairs', Math.ceil(groups.length / 2));
  list.replaceChildren(...groups.map(group => {
    const shown = states(group, certainty), row = el('li', `row is-${shown[0][0]}`), old = before.get(group.kind);
    row.dataset.kind = group.kind;
    row.dataset.gist = certainty === 'known' ? shown.map(([, pair]) => pair[0]).join('；') : '';
    // Not knowing is no change of theirs: the lines go grey, without a flash.
    if (certainty === 'known' && old && ((old.dataset.gist && old.dataset.gist !== row.dataset.gist) || old.classList.contains('changed'))) row.classList.add('changed');
    row.append(shape(`k-${group.kind}`, 'picture'), el('h2', 'kind', ...bilingual(`kind.${group.kind}`)),
      el('div', 'states', ...shown.map(([state, pair]) => el('p', `state is-${state}`, shape(`s-${state}`), el('span', 'words', ...bilingual(pair))))));
    return row;
  }));
}
export function showLegend() {
  byId('legend').replaceChildren(...['ok', 'bad', 'unknown'].map(state =>
    el('li', `state is-${state}`, shape(`s-${state}`), el('span', 'words', ...bilingual(`state.${state}`)))));
}
export function showServices(groups, certainty) {
  const usable = certainty === 'known' ? groups.filter(group => isUsable(group) && kindKey('service', group.kind)) : [];
  const item = (state, pair) => el('li', `state is-${state}`, shape(`s-${state}`), el('span', 'words', ...bilingual(pair)));
  const none = certainty === 'known' ? item('bad', both('sum.all')) : item('unknown', both('sum.unknown'));
  byId('services').replaceChildren(...(usable.length ? usable.map(group => item('ok', both(`service.${group.kind}`))) : [none]));
}

// ---- hours ----

const isTime = text => /^\d\d?:\d\d$/.test(text);
/** "09:00–12:00", over midnight "20:00–次日 08:00", the whole day in a word; `null` for what is no interval. */
function interval(each) {
  if (!each || !isTime(each.opens) || !isTime(each.closes)) return null;
  if (/^0?0:00$/.test(each.opens) && /^(0?0|24):00$/.test(each.closes)) return both('hours.allDay');
  const overNight = each.closes.padStart(5, '0') <= each.opens.padStart(5, '0') ? both('hours.nextDay') : ['', ''];
  return overNight.map(word => `${each.opens}–${word}${each.closes}`);
}
/** A day in both languages, or `null` when the agent says nothing about it. */
function dayText(intervals, none) {
  if (!Array.isArray(intervals)) return null;
  const parts = intervals.map(interval).filter(Boolean);
  if (parts.length < intervals.length) return null;
  return parts.length ? [0, 1].map(n => parts.map(part => part[n]).join(n === 0 ? '，' : ', ')) : both(none);
}
export function showHours(hours, readAt, certainty) {
  const plain = hours && isTime(hours.opens) ? [{ opens: hours.opens, closes: hours.closes }] : null;
  const today = hours && (Array.isArray(hours.today) ? hours.today : plain), text = dayText(today, 'hours.none');
  // Yesterday's "today" is no longer one.
  const isShown = Boolean(text) && zoneDay(readAt) === zoneDay(Date.now());
  byId('hours').hidden = !isShown;
  if (!isShown) return;
  const line = el('span', 'times', ...bilingual(today.length ? both('hours.today', text) : text));
  const isSure = certainty === 'known' && typeof hours.open === 'boolean' && Date.now() - readAt < OPEN_HOLDS;
  const now = isSure ? [el('span', `now now-${hours.open ? 'open' : 'closed'}`, t(hours.open ? 'hours.isOpen' : 'hours.isClosed'))] : [];
  byId('hours').replaceChildren(line, ...now);
}
/** Neighbouring days with the same hours stand in one line. */
export function showWeek(hours) {
  const week = hours && hours.week, runs = [];
  const texts = week && typeof week === 'object' ? DAYS.map(day => dayText(week[day], 'hours.closed')) : [];
  byId('weekBox').hidden = !texts.length || texts.includes(null);
  if (byId('weekBox').hidden) return;
  texts.forEach((text, n) => {
    const last = runs[runs.length - 1];
    if (last && last.text[0] === text[0]) last.to = n;
    else runs.push({ from: n, to: n, text });
  });
  byId('week').replaceChildren(...runs.flatMap(run => {
    const name = n => both(`day.${DAYS[n]}`);
    const days = run.from === run.to ? name(run.from) : name(run.from).map((text, n) => text + both('hours.to')[n] + name(run.to)[n]);
    return [el('dt', '', ordered(days)[0]), el('dd', '', ordered(run.text)[0])];
  }));
}
export const moves = () => matchMedia('(prefers-reduced-motion: no-preference)').matches;
