extension ExitReport {
  /// How many colours there are; further classes use them again.
  static let colorCount = 10

  /// The page's style, for light and dark.
  static let style = """
    :root { color-scheme: light dark; --paper:#fbfbf9; --panel:#fff; --ink:#1f2328; --soft:#5b6470; --line:#dcdfe3;
      --guest:#e9ecef; --c0:#2a6fdb; --c1:#e07b00; --c2:#148f77; --c3:#c2385f; --c4:#7d4fc4; --c5:#9a7400;
      --c6:#0a8fb5; --c7:#b0477e; --c8:#5c7f19; --c9:#6b7280; }
    @media (prefers-color-scheme: dark) { :root { --paper:#14171b; --panel:#1c2026; --ink:#e6e8eb; --soft:#9aa4b0;
      --line:#323842; --guest:#2a3038; --c0:#6ea8ff; --c1:#ffb057; --c2:#4fd0b3; --c3:#ff7f9f; --c4:#b794ff;
      --c5:#dcc05a; --c6:#5cc8ea; --c7:#f08cc0; --c8:#a5cf5d; --c9:#a3abb8; } }
    * { box-sizing: border-box; }
    body { margin:0; background:var(--paper); color:var(--ink); font:15px/1.5 system-ui, sans-serif; }
    main { max-width:1180px; margin:0 auto; padding:28px 20px 60px; }
    h1 { font-size:28px; margin:0 0 4px; } h2 { font-size:19px; margin:0 0 2px; }
    header p, section > p { color:var(--soft); margin:0 0 12px; }
    section { background:var(--panel); border:1px solid var(--line); border-radius:10px; padding:18px 20px;
      margin-top:18px; }
    .cards { display:flex; flex-wrap:wrap; gap:12px 34px; }
    .card b { display:block; font-size:21px; font-variant-numeric:tabular-nums; }
    .card span { color:var(--soft); font-size:13px; }
    .legend { list-style:none; display:flex; flex-wrap:wrap; gap:4px 16px; padding:0; margin:0 0 10px; font-size:13px; }
    .legend i { display:inline-block; width:11px; height:11px; border-radius:3px; margin-right:6px; }
    #timeline { position:relative; } canvas { display:block; width:100%; cursor:grab; touch-action:none; }
    #tip { position:absolute; pointer-events:none; background:var(--panel); border:1px solid var(--line);
      border-radius:8px; padding:8px 10px; font-size:13px; max-width:420px; box-shadow:0 4px 16px #0003;
      white-space:pre-line; }
    .figures { display:grid; grid-template-columns:repeat(auto-fill, minmax(240px, 1fr)); gap:16px; }
    figure { margin:0; } svg { width:100%; height:auto; } svg line { stroke:var(--line); }
    svg text { fill:var(--soft); font-size:11px; } figcaption { color:var(--soft); font-size:13px; }
    figcaption b { color:var(--ink); }
    .wide { overflow-x:auto; } table { border-collapse:collapse; width:100%; font-variant-numeric:tabular-nums; }
    th { text-align:left; font-weight:500; padding:5px 12px 5px 0; min-width:200px; }
    td { text-align:right; padding:5px 0 5px 16px; white-space:nowrap; }
    thead th, thead td { color:var(--soft); font-size:13px; } tr + tr th, tr + tr td { border-top:1px solid var(--line); }
    .bar { height:4px; border-radius:2px; background:var(--c0); margin-top:3px; min-width:1px; }
    """

  /// Draws the timeline. With many exits in a pixel, its colour is that of the class with the most time, and its height
  /// the share of the time in the hypervisor.
  static let script = """
    (() => {
      const box = document.getElementById("timeline");
      if (!box) return;
      const canvas = box.querySelector("canvas"), tip = document.getElementById("tip");
      const n = DATA.t.length, rows = DATA.rows.length, top = 26, rowHeight = 46, left = 110;
      const byRow = DATA.rows.map(() => []);
      for (let i = 0; i < n; i++) byRow[DATA.v[i]].push(i);
      let whole = 1;
      for (let i = 0; i < n; i++) whole = Math.max(whole, DATA.t[i] + Math.max(0, DATA.d[i]));
      let from = 0, to = whole, drag = null;
      const time = ns => DATA.unit != "ns" ? Math.round(ns) + " ticks" : ns >= 1e9 ? (ns / 1e9).toFixed(3) + " s"
        : ns >= 1e6 ? (ns / 1e6).toFixed(3) + " ms" : ns >= 1e3 ? (ns / 1e3).toFixed(2) + " µs" : Math.round(ns) + " ns";
      const color = name => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      const firstAfter = (list, at) => {
        let low = 0, high = list.length;
        while (low < high) { const mid = (low + high) >> 1; DATA.t[list[mid]] < at ? low = mid + 1 : high = mid; }
        return low;
      };
      function draw() {
        const width = box.clientWidth, height = top + rows * rowHeight + 6, ratio = window.devicePixelRatio || 1;
        canvas.width = width * ratio; canvas.height = height * ratio; canvas.style.height = height + "px";
        const c = canvas.getContext("2d");
        c.setTransform(ratio, 0, 0, ratio, 0, 0);
        c.font = "12px system-ui, sans-serif";
        const colors = DATA.classes.map((_, i) => color("--c" + i % 10));
        const plot = width - left, scale = plot / (to - from);
        c.fillStyle = color("--soft");
        const step = Math.pow(10, Math.ceil(Math.log10((to - from) / plot * 90)));
        for (const part of [step / 5, step / 2, step]) if (part * scale >= 90) {
          for (let at = Math.ceil(from / part) * part; at < to; at += part) {
            const x = left + (at - from) * scale;
            c.globalAlpha = 0.35; c.fillRect(x, top - 6, 1, rows * rowHeight + 6); c.globalAlpha = 1;
            if (x + 70 < width) c.fillText(time(at), x + 3, 12);
          }
          break;
        }
        byRow.forEach((list, row) => {
          const y = top + row * rowHeight, h = rowHeight - 12;
          c.fillStyle = color("--ink"); c.fillText(DATA.rows[row], 0, y + h / 2 + 4);
          c.fillStyle = color("--guest"); c.fillRect(left, y, plot, h);
          let start = Math.max(0, firstAfter(list, from) - 1), pixel = -1, sums = [], sum = 0;
          const flush = () => {
            if (pixel < 0 || sum <= 0) return;
            let best = 0;
            for (const k in sums) if (sums[k] > (sums[best] || 0)) best = k;
            const part = Math.min(1, sum * scale), tall = Math.max(3, h * part);
            c.fillStyle = colors[best]; c.fillRect(left + pixel, y + h - tall, 1, tall);
          };
          for (let k = start; k < list.length; k++) {
            const i = list[k];
            if (DATA.t[i] > to) break;
            const lasted = Math.max(0, DATA.d[i]), x = (DATA.t[i] - from) * scale, w = lasted * scale;
            if (w >= 2) {
              const x0 = Math.max(0, x);
              c.fillStyle = colors[DATA.c[i]]; c.fillRect(left + x0, y, Math.max(1, x + w - x0 - 0.5), h);
              continue;
            }
            if (x < 0) continue;
            if (Math.floor(x) != pixel) { flush(); pixel = Math.floor(x); sums = []; sum = 0; }
            sums[DATA.c[i]] = (sums[DATA.c[i]] || 0) + lasted + 1; sum += lasted + 1;
          }
          flush();
        });
      }
      const at = event => from + (event.offsetX - left) / (box.clientWidth - left) * (to - from);
      const show = (a, b) => {
        const span = Math.min(whole, Math.max(whole / 1e7, 100, b - a));
        from = Math.min(Math.max(0, a), whole - span); to = from + span; draw();
      };
      canvas.addEventListener("wheel", event => {
        event.preventDefault();
        const middle = at(event), factor = Math.exp(event.deltaY * 0.002);
        show(middle - (middle - from) * factor, middle + (to - middle) * factor);
      }, { passive: false });
      canvas.addEventListener("pointerdown", event => {
        drag = { x: event.offsetX, from, to }; canvas.setPointerCapture(event.pointerId);
      });
      canvas.addEventListener("pointerup", () => drag = null);
      canvas.addEventListener("dblclick", () => show(0, whole));
      canvas.addEventListener("pointermove", event => {
        if (drag) {
          const moved = (event.offsetX - drag.x) / (box.clientWidth - left) * (drag.to - drag.from);
          show(drag.from - moved, drag.to - moved);
        }
        const row = Math.floor((event.offsetY - top) / rowHeight), list = byRow[row];
        tip.hidden = true;
        if (!list || event.offsetX < left) return;
        const when = at(event), near = (to - from) / (box.clientWidth - left) * 4;
        let best = -1, distance = near;
        const middle = firstAfter(list, when);
        for (let k = Math.max(0, middle - 50); k < Math.min(list.length, middle + 50); k++) {
          const i = list[k], end = DATA.t[i] + Math.max(0, DATA.d[i]);
          const away = when < DATA.t[i] ? DATA.t[i] - when : when > end ? when - end : 0;
          if (away < distance || away == 0) { distance = away; best = i; }
        }
        if (best < 0) return;
        tip.textContent = DATA.texts[DATA.s[best]] + "\\nguest at " + DATA.texts[DATA.p[best]] + "\\n" + time(DATA.t[best])
          + (DATA.d[best] < 0 ? ", not over" : ", " + time(DATA.d[best]) + " in the hypervisor");
        tip.hidden = false;
        tip.style.left = Math.min(event.offsetX + 14, box.clientWidth - tip.offsetWidth - 4) + "px";
        tip.style.top = event.offsetY + 16 + "px";
      });
      canvas.addEventListener("pointerleave", () => tip.hidden = true);
      window.addEventListener("resize", draw);
      matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
      draw();
    })();
    """
}
