// The case files of the district: what has to be done first stands first; one click deeper the story and the steps.
import { offerReports } from '/assets/case-report.js';
import { duration, dayAndTime, setLanguage, word } from '/assets/wall-text.js';

const POLL = 10000, LIMIT = 500, NONE = '—';
const FILTERS = [['todo', '待办'], ['open', '待受理'], ['fixed', '待答复、待办结'], ['over', '已办结']];
/** [step, button, needs words, hint]; whoever may not is told so by the hub. */
const STEPS = [
  ['acknowledged', '受理', false, '由本单位受理此件。'], ['assigned', '交办', false, '写明交给谁办理。'],
  ['vendorContacted', '联系厂家', false, ''], ['fixed', '登记修复', false, '写明修复情况。'],
  ['answered', '答复', true, '答复会显示在专区查询机上，请勿写个人信息。'], ['closed', '办结', false, ''],
  ['declined', '不予受理', true, '写明理由，理由会显示在专区查询机上。'],
];
const RANK = { open: 0, acknowledged: 1, assigned: 2, vendorContacted: 3, fixed: 4, answered: 5, declined: 6, closed: 7 };
const STEP_WORDS = {
  open: '报修', repeat: '再次反映', cleared: '系统检测已恢复', note: '备注', numbered: '编号', acknowledged: '受理', assigned: '交办',
  vendorContacted: '联系厂家', fixed: '登记修复', answered: '答复', declined: '不予受理', closed: '办结',
};
const ROLE_WORDS = { system: '系统', citizen: '群众', staff: '工作人员', technician: '技术人员', vendor: '厂家', office: '办公室', district: '区级平台' };
const page = { filter: 'todo', files: [], open: new Set(), isBusy: false, act: null };

const byId = id => document.getElementById(id);
function el(tag, className, ...children) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  node.append(...children.filter(child => child !== null && child !== undefined));
  return node;
}
function shape(name) {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg'), use = document.createElementNS('http://www.w3.org/2000/svg', 'use');
  svg.setAttribute('class', 'shape');
  svg.setAttribute('aria-hidden', 'true');
  use.setAttribute('href', `#${name}`);
  svg.append(use);
  return svg;
}
const when = text => (text ? dayAndTime(Date.parse(text)) : NONE);
/** Once for each state: the number where there is one, else what can be read out. */
export const nameOf = file => file.number || file.short || String(file.id).slice(-6);
export const deviceOf = file => (file.device ? `${word('kind', file.kind)} ${file.device}` : '全专区');
/** The asset number comes with the register; until then there is none. */
export const placeOf = file => [file.asset, file.place].filter(Boolean).join('，') || NONE;
/** Steps that still lead forward, or end it. */
export const stepsOf = file => STEPS.filter(([step]) => !file.isOver && RANK[step] > (RANK[file.state] || 0)).map(([step]) => step);

// ---- the table ----

function row(file) {
  const isOpen = page.open.has(file.id), name = el('button', 'open', nameOf(file));
  name.type = 'button';
  name.setAttribute('aria-expanded', String(isOpen));
  const left = file.isOverdue ? [shape('s-late'), ' ', file.leftText] : file.leftText ? [shape('s-due'), ' ', file.leftText] : [NONE];
  const times = file.repeats > 0 ? el('span', 'times', `反映${file.reports}次`) : null;
  const node = el('tr', `file${file.isOverdue ? ' overdue' : ''}`,
    el('td', 'k-no', name), el('td', 'k-zone', file.zoneName || file.zone || NONE),
    el('td', 'k-device', deviceOf(file), el('br', ''), el('span', 'soft', placeOf(file))),
    el('td', 'k-what', file.headline.zh, times), el('td', 'k-found', file.foundByText || NONE), el('td', 'k-impact', file.impact || NONE),
    el('td', 'k-fixer', file.fixer ? word('fixer', file.fixer) : NONE), el('td', 'k-state', file.stateText),
    el('td', 'k-due', file.deadline ? when(file.deadline) : '期限未定'), el('td', `k-left ${file.isOverdue ? 'is-bad' : ''}`, ...left));
  node.addEventListener('click', () => { toggle(file.id); });
  return isOpen ? [node, story(file)] : [node];
}
function story(file) {
  const allowed = stepsOf(file);
  const buttons = STEPS.map(step => {
    const node = el('button', '', step[1]);
    node.type = 'button';
    node.disabled = !allowed.includes(step[0]);
    node.addEventListener('click', () => ask(file, step));
    return node;
  });
  const print = el('button', '', '打印故障处理单');
  print.type = 'button';
  print.addEventListener('click', () => { sheet(file); window.print(); });
  const cell = el('td', '', el('div', 'acts', ...buttons, print), vendorLine(file), lines(file));
  cell.colSpan = 10;
  return el('tr', 'story', cell);
}
function vendorLine(file) {
  const vendor = file.vendor;
  if (!vendor) return null;
  const facts = [vendor.contract && `合同 ${vendor.contract}`, vendor.model && `型号 ${vendor.model}`, vendor.serial && `序列号 ${vendor.serial}`];
  return el('p', 'vendor', `厂家：${vendor.company}　电话 `, el('b', '', vendor.phone || NONE), `　${facts.filter(Boolean).join('，')}`);
}
const detailOf = entry => [entry.number, entry.text, entry.vendor && `${entry.vendor.company} ${entry.vendor.phone || ''}`].filter(Boolean).join('　');
function lines(file) {
  return el('ul', 'lines', ...file.entries.map(entry => el('li', 'line', el('span', 'soft', when(entry.at)),
    el('span', '', ROLE_WORDS[entry.role] || entry.role), el('b', '', STEP_WORDS[entry.step] || entry.step), el('span', '', detailOf(entry)))));
}
function toggle(id) {
  if (!page.open.delete(id)) page.open.add(id);
  render();
}
function render() {
  const late = page.files.filter(file => file.isOverdue).length, focused = document.activeElement && document.activeElement.textContent;
  byId('rows').replaceChildren(...page.files.flatMap(row));
  byId('empty').hidden = page.files.length > 0;
  byId('empty').textContent = page.filter === 'over' ? '还没有办结的报修件。' : '没有待办的报修件。';
  byId('summary').textContent = page.filter === 'over' ? `最近办结${page.files.length}件` : `待办${page.files.length}件，其中超期${late}件`;
  for (const node of byId('filters').children) node.setAttribute('aria-pressed', String(node.dataset.filter === page.filter));
  const again = [...document.querySelectorAll('button.open, .acts button')].find(node => node.textContent === focused);
  if (again) again.focus({ preventScroll: true });
}
async function load() {
  if (page.isBusy) return;
  page.isBusy = true;
  const filter = page.filter;
  try {
    const states = filter === 'fixed' ? ['fixed', 'answered'] : [filter];
    const answers = await Promise.all(states.map(state => fetch(`/api/v1/cases?state=${state}&limit=${LIMIT}`, { cache: 'no-store' })));
    if (answers.some(answer => !answer.ok)) throw new Error(String(answers.map(answer => answer.status)));
    const files = (await Promise.all(answers.map(answer => answer.json()))).flat();
    if (filter !== page.filter) return;
    page.files = files;
    byId('banner').hidden = true;
    byId('latest').textContent = `${dayAndTime(Date.now())} 更新`;
    if (!document.querySelector('dialog[open]')) render();
  } catch (error) {
    console.warn(String(error));
    byId('banner').textContent = '与平台的连接中断，以下内容不代表现在。';
    byId('banner').hidden = false;
  } finally {
    page.isBusy = false;
  }
}

// ---- a step ----

function ask(file, [step, label, needsWords, hint]) {
  page.act = { file, step, needsWords };
  byId('actTitle').textContent = `${label}：${nameOf(file)} ${file.headline.zh}`;
  const vendor = file.vendor;
  const phone = vendor ? `${vendor.company}　电话 ${vendor.phone || NONE}` : '专区没有登记厂家：请在专区配置 vendors 中填写，或查设备档案。';
  byId('actHint').textContent = step === 'vendorContacted' ? phone : hint;
  byId('actText').value = '';
  byId('actText').required = needsWords;
  byId('actWhy').textContent = '';
  byId('act').showModal();
}
async function take(event) {
  const act = page.act;
  if (!event.submitter || event.submitter.value !== 'go' || !act) return;
  event.preventDefault();
  byId('actGo').disabled = true;
  try {
    const answer = await fetch(`/api/v1/cases/${encodeURIComponent(act.file.id)}/entries`, {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ step: act.step, text: byId('actText').value }),
    });
    const body = await answer.json();
    if (!answer.ok) throw new Error(body.zh || body.message);
    byId('act').close();
    await load();
  } catch (error) {
    byId('actWhy').textContent = error.message || '没有成功，请再试一次。';
  } finally {
    byId('actGo').disabled = false;
  }
}

// ---- the sheet ----

function sheet(file) {
  const pair = (name, value) => [el('th', '', name), el('td', '', value || NONE)];
  const rows = [
    [['专区', file.zoneName || file.zone], ['设备', deviceOf(file)]], [['资产编号、位置', placeOf(file)], ['发现方式', file.foundByText]],
    [['故障现象', file.headline.zh], ['影响', file.impact]], [['发现时间', when(file.openedAt)], ['反映次数', `${file.reports}次`]],
    [['处理方', file.fixer ? word('fixer', file.fixer) : ''], ['期限', file.deadline ? when(file.deadline) : '未定']],
    [['厂家', file.vendor && file.vendor.company], ['厂家电话', file.vendor && file.vendor.phone]],
    [['状态', file.stateText], ['历时', file.openedAt ? duration((file.isOver ? Date.parse(file.changedAt) : Date.now()) - Date.parse(file.openedAt)) : '']],
  ];
  const head = el('div', 'head', el('span', '', `编号：${nameOf(file)}`), el('span', '', `打印时间：${dayAndTime(Date.now())}`));
  const story = el('table', 'story', el('tr', '', ...['时间', '办理人', '步骤', '内容'].map(name => el('th', '', name))),
    ...file.entries.map(entry => el('tr', '', ...[when(entry.at), ROLE_WORDS[entry.role] || entry.role, STEP_WORDS[entry.step] || entry.step, detailOf(entry) || NONE].map(text => el('td', '', text)))));
  byId('sheet').replaceChildren(el('h1', '', '政务公开专区设备故障处理单'), head,
    el('table', '', ...rows.map(each => el('tr', '', ...each.flatMap(([name, value]) => pair(name, value))))), el('h2', '', '处理经过'), story,
    el('div', 'foot', el('span', '', '经办人（签字）：'), el('span', '', '负责人（签字）：'), el('span', '', '日期：')));
}

setLanguage('zh');
for (const [key, label] of FILTERS) {
  const node = el('button', '', label);
  node.type = 'button';
  node.dataset.filter = key;
  node.addEventListener('click', () => { page.filter = key; page.files = []; page.isBusy = false; load(); });
  byId('filters').append(node);
}
byId('actForm').addEventListener('submit', take);
offerReports(file => {
  [page.filter, page.isBusy] = ['todo', false];
  page.open.add(file.id);
  return load();
});
load();
setInterval(load, POLL);
