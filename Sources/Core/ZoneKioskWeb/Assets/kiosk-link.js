// The link to the agent: reads what citizens may know, follows its stream, and tells how long ago it was last proven.
import { isUnderWay } from '/assets/kiosk-jobs.js';
import { read as readEvents } from '/assets/kiosk-sse.js';

const SILENCE = 40000, ANSWER = 10000, FIRST = 1000, LAST = 20000, SETTLED = 10000, GATHER = 1000;
const PAGES = 2000, FRESH = 5000;
const CALM = 60000, RESTLESS = 10000, HOURS = 60000;
const now = () => performance.now();
const sleep = ms => new Promise(done => setTimeout(done, ms));

/** `told`: view(json), hours(json), jobs(list), use(word, ms), cleaned(panel, why), refused(bool). The token never goes into an address, only into a header. */
export function follow(token, told) {
  const link = {
    lastID: '', isLive: false, heardAt: now(), askedAt: -Infinity, hoursAt: -Infinity, provenAt: -Infinity, provenWall: 0,
    jobsAt: -Infinity, areJobsStale: true, isPrinting: false, wanted: 1, got: 0, failures: 0, isBusy: false, stream: null, isStopped: false,
  };

  async function ask(path, signal, more = {}) {
    const reply = await fetch(path, { headers: { 'Zone-Token': token, ...more }, cache: 'no-store', redirect: 'error', signal });
    if (!link.isStopped) told.refused(reply.status === 401);
    if (!reply.ok) throw new Error(`${path}: ${reply.status}`);
    return reply;
  }
  async function read(path) {
    const limit = new AbortController(), timer = setTimeout(() => limit.abort(), ANSWER);
    try {
      return await (await ask(path, limit.signal)).json();
    } finally {
      clearTimeout(timer);
    }
  }
  function prove(mono, wall) {
    link.provenAt = mono;
    link.provenWall = wall;
  }

  // ---- what citizens may read ----

  async function readView() {
    const wanted = link.wanted, wall = Date.now();
    link.isBusy = true;
    link.askedAt = now();
    try {
      const view = await read('/v1/public');
      if (!Array.isArray(view.lines)) throw new Error('/v1/public: no lines');
      if (link.isStopped) return;
      link.got = wanted;
      link.failures = 0;
      // The answer is as old as its question.
      prove(link.askedAt, wall);
      told.view(view);
    } catch (error) {
      link.failures += 1;
      link.wanted += 1;
      console.warn(String(error));
    } finally {
      link.isBusy = false;
    }
  }
  async function readHours() {
    link.hoursAt = now();
    try {
      const hours = await read('/v1/hours');
      if (!link.isStopped) told.hours(hours);
    } catch (error) {
      console.warn(String(error));
    }
  }
  async function readJobs() {
    Object.assign(link, { jobsAt: now(), areJobsStale: false });
    try {
      const jobs = await read('/v1/jobs?limit=10');
      if (link.isStopped || !Array.isArray(jobs)) return;
      link.isPrinting = jobs.some(isUnderWay);
      told.jobs(jobs.filter(job => job && typeof job === 'object'));
    } catch (error) {
      link.areJobsStale = true;
      console.warn(String(error));
    }
  }
  /** A burst of events is one change to a reader, so at most one reading a second, and none beside another. */
  function readIfDue() {
    const isStale = link.got < link.wanted;
    const pause = isStale ? Math.min(GATHER * 2 ** link.failures, RESTLESS) : link.isLive ? CALM : RESTLESS;
    if (!link.isBusy && now() - link.askedAt >= pause) readView();
    if (link.isLive && now() - link.hoursAt >= HOURS) readHours();
    // Pages come faster than their events.
    if (link.isLive && (link.areJobsStale || link.isPrinting) && now() - link.jobsAt >= PAGES) readJobs();
  }

  // ---- the stream ----

  async function listen() {
    const more = link.lastID ? { 'Last-Event-ID': link.lastID } : {};
    link.stream = new AbortController();
    link.heardAt = now();
    const reply = await ask('/v1/events', link.stream.signal, { Accept: 'text/event-stream', ...more });
    link.isLive = true;
    Object.assign(link, { hoursAt: -Infinity, areJobsStale: true });
    link.wanted += 1;
    readIfDue();
    await readEvents(reply, dispatch, () => {
      link.heardAt = now();
      // A ping proves what was read only if nothing happened since.
      if (link.got === link.wanted) prove(now(), Date.now());
    });
  }
  function dispatch(id, data) {
    if (id) link.lastID = id;
    if (/"name":"(hours|config)\./.test(data)) link.hoursAt = -Infinity;
    if (/"name":"job\./.test(data)) link.areJobsStale = true;
    if (/"name":"(use|cleaning)\./.test(data)) tellNews(data);
    link.wanted += 1;
    readIfDue();
  }
  /** What a returning reader is told late is over: somebody else may stand there by now. */
  function tellNews(data) {
    try {
      const event = JSON.parse(data), age = Math.abs(Date.now() - Date.parse(event.at));
      if (!(age < FRESH)) return;
      if (/^use\.(warned|ended)$/.test(event.name)) told.use(event.name.slice(4), Number(event.data && event.data.endsInMs));
      if (event.name === 'cleaning.ended') told.cleaned(event.subject, event.data && event.data.why);
    } catch (error) {
      console.warn(String(error));
    }
  }
  async function keepListening() {
    for (let attempt = 0; !link.isStopped; attempt += 1) {
      const startedAt = now();
      await listen().catch(error => console.warn(String(error)));
      if (link.isLive && now() - startedAt > SETTLED) attempt = 0;
      link.isLive = false;
      link.stream.abort();
      await sleep(Math.min(LAST, FIRST * 2 ** attempt) * (1 + Math.random() / 2));
    }
  }
  const timer = setInterval(() => {
    readIfDue();
    // A pulled plug raises no error: two missing pings mean the same.
    if (now() - link.heardAt > SILENCE && link.stream) link.stream.abort();
  }, 500);
  keepListening();

  return {
    isLive: () => link.isLive,
    /** Milliseconds since the shown lines were last known to be true; the wall clock also sees a PC that slept. */
    age: () => Math.max(now() - link.provenAt, Date.now() - link.provenWall),
    provenWall: () => link.provenWall,
    /** For what staff does; its refusals say nothing about the page's own token. */
    async send(method, path, json, more = {}) {
      const headers = { 'Zone-Token': token, ...(json ? { 'Content-Type': 'application/json' } : {}), ...more };
      const limit = new AbortController(), timer = setTimeout(() => limit.abort(), ANSWER);
      try {
        const reply = await fetch(path, { method, headers, body: json ? JSON.stringify(json) : undefined, cache: 'no-store', redirect: 'error', signal: limit.signal });
        const text = await reply.text();
        return { status: reply.status, body: text ? JSON.parse(text) : {} };
      } finally {
        clearTimeout(timer);
      }
    },
    /** An answer that goes on; whoever asks ends it by `signal`. */
    open: (path, signal, more = {}) => fetch(path, { headers: { 'Zone-Token': token, ...more }, cache: 'no-store', redirect: 'error', signal }),
    stop() {
      link.isStopped = true;
      clearInterval(timer);
      if (link.stream) link.stream.abort();
    },
  };
}
