/* Draws the charts of a report with Apache ECharts and makes its tables sortable. Each chart is a figure with
   data-chart, the id of a block of JSON; Chart.java says what may stand in it. Without this script the page still tells
   in its tables what a reader decides by: the networks, their estimates and timings, the errors, the counts; not each point of
   the clouds and curves. */
'use strict';
(() => {
  const charts = new Map();

  const color = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
  const palette = () => ['front', 'reference', 'third', 'fourth', 'fifth', 'sixth', 'seventh', 'eighth'].map(color);
  const escape = text => String(text).replace(/[&<>"']/g, c => '&#' + c.charCodeAt(0) + ';');

  function number(value) {
    if (value === null || value === undefined || value === '-') return '';
    const size = Math.abs(value);
    const digits = size >= 100 ? 1 : size >= 1 ? 2 : 3;
    return value.toFixed(digits).replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '');
  }

  /* What all charts share. */
  function frame(spec, narrow) {
    const soft = { color: color('soft'), fontSize: 12 };
    const axis = (name, more) => Object.assign({
      name, nameLocation: 'middle', nameTextStyle: { color: color('ink'), fontSize: 13 }, axisLabel: soft,
      axisLine: { lineStyle: { color: color('line') } }, splitLine: { lineStyle: { color: color('line') } }, axisTick: { show: false }
    }, more);
    return {
      axis,
      option: {
        animation: false,
        textStyle: { fontFamily: 'system-ui, sans-serif' },
        color: palette(),
        grid: { left: 14, right: narrow ? 12 : 24, top: 44, bottom: 34, containLabel: true },
        legend: { type: 'scroll', top: 4, left: 8, right: 8, itemWidth: 16, itemHeight: 10, textStyle: { color: color('ink') }, inactiveColor: color('line'),
          pageTextStyle: soft, pageIconColor: color('ink'), pageIconInactiveColor: color('line') },
        tooltip: { confine: true, backgroundColor: color('panel'), borderColor: color('line'), textStyle: { color: color('ink'), fontSize: 13 } }
      }
    };
  }

  /* A point is [x, y, name, x low, x high, y low, y high, further lines]. */
  function pointTip(spec, data) {
    const range = (value, low, high) => number(value) + (low === null || low === undefined || low === high ? '' : ' (' + number(low) + ' to ' + number(high) + ')');
    const lines = [spec.x + ': ' + range(data[0], data[3], data[4]), spec.y + ': ' + range(data[1], data[5], data[6])].concat(data[7] || []);
    return '<b>' + escape(data[2] || '') + '</b><br>' + lines.map(escape).join('<br>');
  }

  const SYMBOLS = { cloud: ['circle', 4], front: ['circle', 10], reference: ['diamond', 15], measured: ['emptyTriangle', 10], point: ['circle', 8] };

  function scatter(spec, narrow) {
    const { axis, option } = frame(spec, narrow);
    option.grid.bottom = 40;
    option.grid.left = 34;
    option.tooltip.formatter = item => item.data && item.data.value ? pointTip(spec, item.data.value) : '';
    option.xAxis = axis(spec.x, { type: 'value', scale: true, nameGap: 30, min: spec.xRange && spec.xRange[0], max: spec.xRange && spec.xRange[1] });
    option.yAxis = axis(spec.y, { type: 'value', scale: true, nameGap: 48, min: spec.yRange && spec.yRange[0], max: spec.yRange && spec.yRange[1] });
    // a range ends where the data does, not on a round number, so its ends get no labels
    for (const a of [option.xAxis, option.yAxis]) {
      a.axisLabel = Object.assign({}, a.axisLabel, { showMinLabel: false, showMaxLabel: false, hideOverlap: true, formatter: number });
    }
    // names stay inside the chart: those at its right end reach to the left; what they stand on shows around the letters only
    const labelOf = (p, role) => ({ show: !!p[8], formatter: () => p[8] || '', color: color('ink'), distance: 8, textBorderColor: color('panel'), textBorderWidth: 3,
      position: role === 'reference' ? 'bottom' : 'top',
      align: spec.xRange && (p[0] - spec.xRange[0]) > (role === 'reference' ? 0.6 : 0.9) * (spec.xRange[1] - spec.xRange[0]) ? 'right' : undefined });
    option.series = [];
    spec.series.forEach((series, index) => {
      const paint = series.role === 'cloud' ? color('cloud') : series.role === 'reference' ? color('reference')
        : series.role === 'measured' ? color('third') : palette()[series.color === undefined ? 0 : series.color % 8];
      const [symbol, size] = SYMBOLS[series.role] || SYMBOLS.point;
      const one = {
        type: 'scatter', name: series.name, symbol: series.color ? ['circle', 'rect', 'triangle', 'roundRect', 'pin'][series.color % 5] : symbol,
        symbolSize: value => value[8] ? size * 1.5 : size, z: series.role === 'cloud' ? 1 : series.role === 'reference' ? 5 : 4,
        itemStyle: { color: paint, opacity: series.role === 'cloud' ? 0.4 : 1, borderColor: series.role === 'measured' ? paint : color('panel'), borderWidth: series.role === 'cloud' ? 0 : 1 },
        silent: series.role === 'cloud' && series.points.length > 1500,
        data: series.points.map(p => ({ value: p, label: labelOf(p, series.role)  })),
        labelLayout: { hideOverlap: true }
      };
      if (index === 0 && spec.bounds) {
        one.markLine = { silent: true, symbol: 'none', z: 2, lineStyle: { color: color('ink'), type: 'dashed', opacity: 0.7 },
          label: { color: color('ink'), position: 'insideEndTop', formatter: line => line.name },
          data: spec.bounds.map(b => 'x' in b ? { name: b.label, xAxis: b.x, label: { position: 'insideStartTop', show: spec.wide } } : { name: b.label, yAxis: b.y }) };
      }
      option.series.push(one);
      if (series.line) {
        option.series.push({ type: 'line', name: series.name, data: series.line, step: series.step, showSymbol: false, silent: true, z: 3,
          lineStyle: { color: paint, width: 1.6, opacity: 0.6 }, tooltip: { show: false } });
      }
      const ranged = series.role === 'cloud' ? [] : series.points.filter(p => p[9]);
      if (ranged.length) {
        const whiskers = [];
        for (const p of ranged) {
          if (p[3] !== p[4]) whiskers.push([p[3], p[1]], [p[4], p[1]], ['-', '-']);
          if (p[5] !== p[6]) whiskers.push([p[0], p[5]], [p[0], p[6]], ['-', '-']);
        }
        option.series.push({ type: 'line', name: series.name, data: whiskers, showSymbol: false, silent: true, z: 2, clip: true,
          lineStyle: { color: paint, width: 1, opacity: 0.5 }, tooltip: { show: false } });
      }
    });
    if (spec.diagonal) {
      const [low, high] = spec.xRange;
      option.series.push({ type: 'line', name: 'predicted = measured', data: [[low, low], [high, high]], showSymbol: false, silent: true, z: 1,
        lineStyle: { color: color('soft'), type: 'dashed', width: 1 }, itemStyle: { color: color('soft') }, tooltip: { show: false } });
    }
    option.legend.data = spec.series.map(s => s.name);
    return option;
  }

  function lines(spec, narrow) {
    const { axis, option } = frame(spec, narrow);
    option.grid.bottom = 40;
    option.grid.left = 34;
    option.tooltip.trigger = 'axis';
    option.tooltip.formatter = items => escape(spec.x) + ': ' + items[0].axisValue + items.map(i => '<br>' + i.marker + escape(i.seriesName) + ': ' + number(i.value[1])).join('');
    option.xAxis = axis(spec.x, { type: 'value', nameGap: 30, max: 'dataMax', splitLine: { show: false } });
    option.xAxis.axisLabel = Object.assign({}, option.xAxis.axisLabel, { hideOverlap: true });
    option.yAxis = axis(spec.y, { type: 'value', nameGap: 48, min: spec.yRange ? spec.yRange[0] : 0, max: spec.yRange ? spec.yRange[1] : spec.yMax });
    const paint = (s, i) => palette()[(s.color === undefined ? i : s.color) % 8];
    option.series = spec.series.map((s, i) => ({ type: 'line', name: s.name, step: spec.straight ? false : 'end', showSymbol: spec.straight && s.points.length < 2, data: s.points,
      triggerLineEvent: true, lineStyle: { color: paint(s, i), width: 2, type: s.dashed ? 'dashed' : 'solid' }, itemStyle: { color: paint(s, i) } }));
    return option;
  }

  /* Bars side by side, or stacked along the horizontal. A series may give a text to each of its values. */
  function bars(spec, narrow) {
    const { axis, option } = frame(spec, narrow);
    option.tooltip.trigger = 'axis';
    option.tooltip.axisPointer = { type: 'shadow', shadowStyle: { color: color('cloud'), opacity: 0.15 } };
    option.tooltip.formatter = items => '<b>' + escape(items[0].name) + '</b>' + items.filter(i => i.value !== null && i.value !== 0).map(i => '<br>' + i.marker
      + escape(i.data.text || i.seriesName) + ': ' + number(i.value) + (spec.unit ? ' ' + escape(spec.unit) : '')).join('');
    const categories = axis(spec.horizontal ? '' : spec.x, { type: 'category', data: spec.categories, nameGap: 30, inverse: !!spec.horizontal });
    categories.axisLabel = Object.assign({}, categories.axisLabel, spec.horizontal ? { interval: 0, fontSize: 11 } : { hideOverlap: true, interval: narrow || spec.every === undefined ? 'auto' : spec.every });
    const values = axis(spec.horizontal ? '' : spec.y, { type: 'value', nameGap: 44, max: spec.max, minInterval: spec.whole ? 1 : undefined });
    option.xAxis = spec.horizontal ? values : categories;
    option.yAxis = spec.horizontal ? categories : values;
    option.grid.left = spec.horizontal ? 4 : 34;
    option.grid.bottom = spec.horizontal || !spec.x ? 8 : 40;
    // half of the last category's name reaches beyond its bar
    option.grid.right = spec.horizontal ? option.grid.right : 36;
    option.legend.show = spec.series.length > 1 && !spec.texts;
    option.grid.top = option.legend.show ? 44 : 16;
    option.series = spec.series.map((s, i) => ({ type: 'bar', name: s.name, stack: spec.stacked ? 'all' : undefined, barCategoryGap: spec.narrowGap ? '4%' : '25%',
      itemStyle: { color: palette()[i % 8], borderColor: color('panel'), borderWidth: spec.stacked ? 0.5 : 0 },
      // percent of what names of categories leave; a text that does not fit its bar is in the table
      label: spec.texts ? { show: true, fontSize: 10, color: color('on-bar'), formatter: p => p.value / 100 * (spec.pixels - 170) >= 6 * String(p.data.text).length ? p.data.text : '' } : undefined,
      data: s.values.map((v, k) => ({ value: v, text: s.texts ? s.texts[k] : undefined })) }));
    return option;
  }

  const KINDS = { scatter, lines, bars };

  function draw(figure) {
    const spec = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const box = figure.querySelector('.chart');
    if (spec.horizontal) box.style.height = (spec.categories.length * 19 + 60) + 'px';
    const old = charts.get(figure.id);
    if (old) old.dispose();
    const chart = echarts.init(box, null, { renderer: 'svg' });
    spec.wide = box.clientWidth >= 760;
    spec.pixels = box.clientWidth;
    chart.setOption(KINDS[spec.kind](spec, box.clientWidth < 520));
    charts.set(figure.id, chart);
    return { chart, spec };
  }

  /* Arrow keys step through the points of a chart and tell them to screen readers. */
  function keyboard(figure) {
    const box = figure.querySelector('.chart');
    const told = figure.querySelector('.told');
    let at = -1;
    box.addEventListener('keydown', event => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) {
        if (event.key === 'Escape') charts.get(figure.id).dispatchAction({ type: 'hideTip' });
        return;
      }
      event.preventDefault();
      const chart = charts.get(figure.id);
      const steps = [];
      chart.getOption().series.forEach((series, seriesIndex) => {
        if (series.silent || (series.type === 'scatter' && series.z === 1 && series.itemStyle.opacity < 1)) return;
        series.data.forEach((_, dataIndex) => steps.push({ seriesIndex, dataIndex }));
      });
      if (!steps.length) return;
      at = (at + step + steps.length) % steps.length;
      chart.dispatchAction(Object.assign({ type: 'showTip' }, steps[at]));
      const tip = box.lastElementChild;
      told.textContent = tip ? tip.innerText.replace(/\n+/g, '; ') : '';
    });
  }

  /* A click on a heading sorts by its column: numbers by their size, empty cells last. */
  function sortable(table) {
    const heads = [...table.querySelectorAll('thead th')];
    heads.forEach((head, column) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = head.textContent;
      head.replaceChildren(button);
      button.addEventListener('click', () => {
        const up = head.getAttribute('aria-sort') !== 'ascending';
        heads.forEach(h => h.removeAttribute('aria-sort'));
        head.setAttribute('aria-sort', up ? 'ascending' : 'descending');
        const key = row => { const text = row.cells[column].textContent.trim(); const value = parseFloat(text.replace(/,/g, '')); return { text, value }; };
        const numbers = head.classList.contains('n');
        const body = table.tBodies[0];
        [...body.rows].map(row => ({ row, key: key(row) })).sort((a, b) => {
          if (!a.key.text || !b.key.text) return !a.key.text - !b.key.text;
          const order = numbers ? a.key.value - b.key.value : a.key.text.localeCompare(b.key.text, 'en', { numeric: true });
          return up ? order : -order;
        }).forEach(({ row }) => body.append(row));
      });
    });
  }

  const figures = [...document.querySelectorAll('figure[data-chart]')];
  const drawAll = () => figures.forEach(draw);
  drawAll();
  figures.forEach(keyboard);
  document.querySelectorAll('table.sortable').forEach(sortable);
  document.querySelectorAll('details').forEach(d => d.addEventListener('toggle', () => d.querySelectorAll('figure[data-chart]').forEach(draw)));
  window.finchCharts = charts;

  let width = window.innerWidth;
  window.addEventListener('resize', () => { if (window.innerWidth !== width) { width = window.innerWidth; drawAll(); } });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', drawAll);
  window.matchMedia('print').addEventListener('change', drawAll);

  // a running search writes the page anew; not under a reader's hands
  const every = Number(document.body.dataset.refresh || 0);
  if (every) {
    let touched = 0;
    ['pointermove', 'keydown', 'touchstart'].forEach(type => window.addEventListener(type, () => { touched = Date.now(); }, { passive: true }));
    setInterval(() => { if (!document.hidden && Date.now() - touched > 3000) location.reload(); }, every * 1000);
  }
})();
