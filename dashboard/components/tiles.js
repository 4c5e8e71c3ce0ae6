// Tiles to click: each a button with parts of one or several pictures, and words under them.

const made = (tag, name) => {
  const element = document.createElement(tag);
  element.className = name;
  return element;
};

const button = () => {
  const tile = document.createElement("button");
  tile.type = "button";
  tile.append(made("span", "faces"), made("div", "label"), made("div", "note"));
  return tile;
};

// As many children as wanted: those that are there stay, and with them the focus.
const fit = (parent, wanted, make) => {
  while (parent.children.length > wanted) parent.lastChild.remove();
  while (parent.children.length < wanted) parent.append(make());
};

const share = (at, of) => (of > 1 ? (100 * at) / (of - 1) : 0);

const paint = (face, {sheet, cell, words}, sheets) => {
  const {columns, rows, ratio} = sheets[sheet];
  const across = share(cell % columns, columns);
  const down = share(Math.floor(cell / columns), rows);
  face.style.backgroundImage = `var(--sheet${sheet})`;
  face.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
  face.style.backgroundPosition = `${across}% ${down}%`;
  face.style.aspectRatio = ratio;
  fit(face, words ? 1 : 0, () => made("i", ""));
  if (words) face.firstChild.textContent = words;
};

export default function ({data, parentElement, setTriggerValue}) {
  const root = parentElement.querySelector("#tiles");
  const list = root.firstElementChild;
  root.className = `${data.layout} ${data.crisp ? "pixels" : ""}`;
  list.ariaLabel = data.words;
  list.style.maxWidth = data.widest ? `${data.widest * data.tiles.length}px` : "";
  data.sheets.forEach(({source}, n) => root.style.setProperty(`--sheet${n}`, `url(${source})`));
  fit(list, data.tiles.length, button);
  data.tiles.forEach((tile, n) => {
    const element = list.children[n];
    const [faces, label, note] = element.children;
    faces.hidden = !tile.faces.length;
    fit(faces, tile.faces.length, () => made("span", "face"));
    tile.faces.forEach((face, at) => paint(faces.children[at], face, data.sheets));
    label.textContent = tile.label;
    note.textContent = tile.note;
    note.hidden = !tile.note;
    element.title = element.ariaLabel = tile.name;
    element.ariaPressed = String(tile.key === data.picked);
    element.disabled = data.idle;
    element.onclick = () => setTriggerValue("picked", tile.key);
  });
}
