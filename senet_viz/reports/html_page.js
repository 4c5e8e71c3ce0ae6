// Unpacks Plotly and the charts from the page itself, and draws each chart when it comes into view.
(async () => {
  const unpack = async (id) => {
    const packed = Uint8Array.from(atob(document.getElementById(id).textContent), (c) => c.charCodeAt(0));
    const plain = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
    return new Response(plain).text();
  };
  const script = document.createElement("script");
  script.nonce = document.currentScript?.nonce ?? document.getElementById("draw").nonce;
  script.textContent = await unpack("plotly");
  document.head.append(script);
  const charts = JSON.parse(await unpack("charts"));
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const config = { displaylogo: false, displayModeBar: false, responsive: true, scrollZoom: false };
  const drawn = new Set();

  const draw = (plot, night) => {
    let text = JSON.stringify(charts.figures[plot.dataset.chart]);
    if (night) for (const [day, other] of charts.night) text = text.replaceAll(day, other);
    const { data, layout } = JSON.parse(text);
    drawn.add(plot);
    return Plotly.react(plot, data, layout, config);
  };
  const plots = [...document.querySelectorAll(".plot")];
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      seen.unobserve(entry.target);
      draw(entry.target, dark.matches);
    }
  }, { rootMargin: "600px" });
  plots.forEach((plot) => seen.observe(plot));
  dark.addEventListener("change", () => drawn.forEach((plot) => draw(plot, dark.matches)));
  addEventListener("beforeprint", () => plots.forEach((plot) => draw(plot, false)));
  addEventListener("afterprint", () => plots.forEach((plot) => draw(plot, dark.matches)));

  const cell = (value, kind) => {
    const made = document.createElement(kind);
    made.textContent = value ?? "";
    if (typeof value === "number") made.className = "number";
    return made;
  };
  const table = (columns) => {
    const made = document.createElement("table");
    const names = Object.keys(columns);
    made.createTHead().insertRow().append(...names.map((name) => cell(name, "th")));
    const body = made.createTBody();
    columns[names[0]].forEach((_, row) => {
      body.insertRow().append(...names.map((name) => cell(columns[name][row], "td")));
    });
    return made;
  };
  document.querySelectorAll("details.numbers").forEach((details) => {
    details.addEventListener("toggle", () => {
      if (details.open && !details.querySelector("table")) {
        details.append(table(charts.tables[details.dataset.chart]));
      }
    });
  });
  document.documentElement.dataset.ready = "yes";
})();
