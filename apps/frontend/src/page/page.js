// Draws journeys. Everything that comes from the network is put on the page as text, never as markup.
const form = document.querySelector('#controls');
const status = document.querySelector('#status');
const journeyList = document.querySelector('#journey');
const trace = document.querySelector('#trace');
const tallyBody = document.querySelector('#tally tbody');
const buttons = form.querySelectorAll('button');

/** Answers by service and task: the order in which they first appeared. */
const tally = new Map();

function element(name, { text, className, children = [] } = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  if (className !== undefined) made.className = className;
  made.append(...children);
  return made;
}

const shortTask = (id) => (id.length > 12 ? id.slice(0, 8) : id);

/** How a hop was reached: a sentence, and the places that were known, one of them picked. */
function wayOf({ reached, attempts }) {
  const failed = attempts
    .slice(0, -1)
    .map(({ address, outcome }) => ({ text: `tried ${address}: ${outcome}`, bad: true }));
  const mark = (place, text = place) => ({ text, picked: place === reached.picked });
  switch (reached.by) {
    case 'load-balancer':
      return { text: reached.route, places: failed };
    case 'service-connect':
      return { text: `Service Connect, alias ${reached.alias}`, places: failed };
    case 'cloud-map-dns':
      return {
        text: `Cloud Map DNS, ${reached.recordType} ${reached.name}, TTL ${reached.ttlSeconds} s`,
        places: [...reached.answers.map((answer) => mark(answer)), ...failed],
      };
    case 'cloud-map-api':
      return {
        text: `Cloud Map API, revision ${reached.revision}, ${reached.preference}`,
        places: [
          ...reached.instances.map(({ address, zone, health }) => mark(address, `${address} ${zone} ${health}`)),
          ...failed,
        ],
      };
    default:
      return { text: `directly from ${reached.from}`, places: failed };
  }
}

function way({ text, places }) {
  const items = places.map((place) =>
    element('li', {
      text: place.picked ? `${place.text} (picked)` : place.text,
      className: place.bad ? 'bad' : place.picked ? 'picked' : '',
    }),
  );
  const list = items.length > 0 ? [element('ul', { children: items })] : [];
  return element('div', { className: 'way', children: text === '' ? list : [text, ...list] });
}

function stop(name, facts, className = '') {
  const pairs = facts.flatMap(([term, value]) => [element('dt', { text: term }), element('dd', { text: value })]);
  const children = [element('strong', { text: name }), element('dl', { children: pairs })];
  return element('div', { className: `stop ${className}`, children });
}

function draw({ via, hops, error, ms, traceId }) {
  const asked = stop('client', [['asked', `/journey?via=${via}`]]);
  const stops = [element('li', { children: [way({ text: '', places: [] }), asked] })];
  for (const hop of hops) {
    const reached = wayOf(hop);
    if (hop.reached.by === 'load-balancer') {
      stops.push(
        element('li', {
          children: [way({ text: 'HTTP', places: [] }), stop('load balancer', [['rule', reached.text]])],
        }),
      );
      reached.text = 'a healthy target of the rule’s target group';
    }
    const facts = [
      ['task', shortTask(hop.taskId)],
      ['zone', hop.zone],
      ['address', hop.address],
      ['took', `${hop.ms.toFixed(1)} ms`],
    ];
    stops.push(element('li', { children: [way(reached), stop(hop.service, facts)] }));
  }
  if (error !== undefined) {
    const attempts = error.attempts.map(({ address, outcome }) => ['tried', `${address}: ${outcome}`]);
    const facts = [
      ['call', error.call],
      ['status', `${error.status} ${error.code}`],
      ['why', error.detail],
      ...attempts,
    ];
    stops.push(element('li', { children: [way({ text: '', places: [] }), stop('no answer', facts, 'failed')] }));
  }
  journeyList.replaceChildren(...stops);
  trace.textContent = `${ms.toFixed(1)} ms in all, trace ${traceId}`;
}

function count(hops) {
  for (const [order, { service, taskId, zone, address }] of hops.entries()) {
    const key = `${service} ${taskId}`;
    const known = tally.get(key) ?? { order, service, taskId, zone, address, answers: 0 };
    tally.set(key, { ...known, answers: known.answers + 1 });
  }
  const rows = [...tally.values()].sort((a, b) => a.order - b.order);
  const most = Math.max(...rows.map(({ answers }) => answers));
  tallyBody.replaceChildren(
    ...rows.map(({ service, taskId, zone, address, answers }) => {
      const bar = element('progress');
      bar.max = most;
      bar.value = answers;
      bar.setAttribute('aria-hidden', 'true');
      const cells = [service, shortTask(taskId), zone, address].map((text) => element('td', { text }));
      return element('tr', { children: [...cells, element('td', { children: [String(answers), bar] })] });
    }),
  );
}

async function travel() {
  const via = new FormData(form).get('via');
  const response = await fetch(`/journey?format=json&via=${encodeURIComponent(via)}`, { cache: 'no-store' });
  const journey = await response.json().catch(() => undefined);
  if (!Array.isArray(journey?.hops))
    throw new Error(journey?.detail ?? `The load balancer answered ${response.status}.`);
  draw(journey);
  count(journey.hops);
  return journey.error === undefined;
}

async function travelTimes(times) {
  for (const button of buttons) button.disabled = true;
  let arrived = 0;
  try {
    for (let done = 0; done < times; done += 1) if (await travel()) arrived += 1;
    const via = form.querySelector('input:checked').parentElement.textContent.trim();
    const failed = times - arrived;
    status.textContent = `${arrived} of ${times} arrived by ${via}${failed > 0 ? `; ${failed} did not` : ''}.`;
  } catch (error) {
    status.textContent = `The journey failed: ${error.message}`;
  }
  status.classList.toggle('bad', arrived < times);
  for (const button of buttons) button.disabled = false;
}

const wanted = new URLSearchParams(location.search).get('via');
for (const radio of form.elements.via) if (radio.value === wanted) radio.checked = true;
form.addEventListener('submit', (event) => {
  event.preventDefault();
  void travelTimes(1);
});
form.addEventListener('change', () => void travelTimes(1));
document.querySelector('#ten').addEventListener('click', () => void travelTimes(10));
await travelTimes(1);
