// Documents of this kiosk: how far they are, and a question to the staff where the printer did not prove the paper.
import * as pin from '/assets/kiosk-pin.js';
import { both, language } from '/assets/kiosk-text.js';
import { button, byId, bilingual, el, shape } from '/assets/kiosk-view.js';

// Who comes later asks about papers of his own.
const ASKED_FOR = 600000, COLLECT_FOR = 180000, SHOWN = 3;
const state = { send: null };

export const isUnderWay = job => job.state === 'accepted' || job.state === 'started';
const isInDoubt = job => (job.state === 'unknown' || (job.state === 'printed' && job.pagesProven === undefined)) && !job.confirmed;

/** Sides of all copies, where the document tells. */
function total(job) {
  const [first, last] = String((job.options && job.options.pages) || '').split('-').map(Number);
  const pages = first > 0 ? (last || first) - first + 1 : job.pages;
  return pages > 0 ? pages * (job.copies || 1) : null;
}
/** [state, pair] of a job that somebody in front of the page wants to know of, or `null`. */
export function words(job, now) {
  if (isUnderWay(job)) return ['wait', sayWhere(job, underWay(job))];
  const age = now - Date.parse(job.changedAt);
  if (isInDoubt(job)) return age >= 0 && age < ASKED_FOR ? ['unknown', about(job, place(job) ? both('job.doubtAt', place(job)) : both('job.doubt'))] : null;
  const isThere = job.state === 'printed' && place(job) && age >= 0 && age < COLLECT_FOR;
  return isThere ? ['ok', about(job, both('job.collect', place(job)))] : null;
}
function underWay(job) {
  if (job.state === 'accepted') return both('job.accepted');
  const all = total(job), out = Number.isInteger(job.impressions) && job.impressions > 0 ? job.impressions : 0;
  if (!out) return all ? both('job.begun', all) : both('job.started');
  return all ? both('job.page', Math.min(out, all), all) : both('job.pageOnly', out);
}
/** Where the paper comes out by the site's word, when not beside whoever reads this. */
const place = job => (typeof job.collect === 'string' ? job.collect.slice(0, 60) : '');
const sayWhere = (job, pair) => (place(job) ? both('job.at', place(job)).map((text, n) => pair[n] + text) : pair);
/** Which of several: when it was wanted, and how many pages. */
function which(job) {
  const at = new Date(job.requestedAt).toLocaleTimeString('zh-CN', { hour: '2-digit', minute: '2-digit', timeZone: 'Asia/Shanghai' });
  const all = total(job);
  return [all ? `${at} 的 ${all} 页` : `${at} 的文件`, all ? `${at}, pages: ${all}` : at];
}
function about(job, pair) {
  const name = which(job);
  return [`${name[0]}：${pair[0]}`, `${name[1]}. ${pair[1]}`];
}
export function showJobs(jobs, now) {
  const shown = jobs.map(job => [job, words(job, now)]).filter(([, told]) => told).slice(0, SHOWN);
  // A row that is made anew under a finger loses the tap.
  const gist = JSON.stringify([language(), ...shown.map(([job, told]) => [job.id, ...told])]);
  if (byId('jobs').dataset.gist === gist) return;
  byId('jobs').dataset.gist = gist;
  byId('jobs').hidden = !shown.length;
  byId('jobs').replaceChildren(...shown.map(([job, [kind, pair]]) => {
    const row = el('li', `job is-${kind}`, shape(`s-${kind}`), el('span', 'words', ...bilingual(pair)));
    if (kind === 'unknown') row.append(button('job.staff', () => ask(job)));
    return row;
  }));
}

// ---- what staff does: the PIN, and one tap ----

function ask(job) {
  pin.ask([...bilingual('confirm.title'), el('span', 'which', ...bilingual(which(job)))],
    ['all', 'some', 'none'].map(paper => [`confirm.${paper}`, staff => confirm(job, paper, staff)]));
}
/** The session lasts as long as the answer: nobody stays logged in at a kiosk. */
async function confirm(job, paper, staff) {
  try {
    const said = await state.send('POST', `/v1/jobs/${encodeURIComponent(job.id)}/confirmation`, { paper }, staff);
    return said.status === 200 ? null : pin.refusal(said.body);
  } finally {
    pin.logOut(staff);
  }
}

/** `send`: gives method, path, JSON and headers to the agent, and answers with status and JSON. */
export function setUpJobs(send) { state.send = send; }
