/*
 * A map on which an organizer moves the pin of a venue.
 *
 *   <div data-pin-map data-leaflet="/static/vendor/leaflet/leaflet.js" data-basemap="/static/map/world.json"
 *        data-surroundings="/…" data-latitude="43.67" data-longitude="-79.38"
 *        data-label="Map. Arrow keys move the pin." data-pin-label="Pin"></div>
 *
 * It moves the numbers in [name=latitude] and [name=longitude] of the same form, and follows them. Only what is
 * there is needed: without data-surroundings (GeoJSON of a place, asked for with ?latitude=…&longitude=…) the
 * ground stays rough; without script the two fields remain. The page loads the style sheets
 * leaflet.css, maps.css and pin-map.css.
 */

const CLOSE = 10; // zoom at which a town and its shore fill the map
const FAR = 2;
const PLACES = 5; // decimals of a degree: about a metre

for (const element of document.querySelectorAll("[data-pin-map]")) {
  start(element).catch((error) => {
    // The fields still work, so a map that did not come is taken away and not explained.
    element.hidden = true;
    console.warn("pin-map:", error);
  });
}

async function start(element) {
  const options = element.dataset;
  await import(options.leaflet ?? new URL("../vendor/leaflet/leaflet.js", import.meta.url));
  const L = globalThis.L;
  const form = element.closest("form") ?? document;
  const latitude = form.querySelector("[name=latitude]");
  const longitude = form.querySelector("[name=longitude]");
  const given = read(latitude?.value || options.latitude, longitude?.value || options.longitude);

  element.hidden = false;
  // Our own drawing, under our own words: no tiles, no animation for those who asked for none.
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const map = L.map(element, {
    attributionControl: false,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    inertia: !calm,
    keyboard: false, // arrow keys belong to the pin
    minZoom: FAR,
    maxZoom: 14,
    scrollWheelZoom: false, // a page that scrolls must not stick to the map
    worldCopyJump: true,
    zoomControl: false,
  });
  L.control.zoom({ zoomInTitle: options.zoomIn ?? "+", zoomOutTitle: options.zoomOut ?? "−" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  for (const kind of ["land", "river", "border", "town"]) {
    map.createPane(kind).classList.add(`pin-map-${kind}`);
  }
  element.classList.add("map-live", "pin-map");
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  if (options.label) {
    element.setAttribute("aria-label", options.label);
  }
  map.setView(given ?? [20, 0], given ? CLOSE : FAR);

  const pin = L.marker(given ?? map.getCenter(), {
    draggable: true,
    autoPan: true,
    keyboard: false, // one stop for the tab key: the map itself
    icon: L.divIcon({ className: "pin-map-pin", html: drawnPin(), iconSize: [34, 50], iconAnchor: [17, 50] }),
    title: options.pinLabel ?? "",
  });
  if (given) {
    pin.addTo(map);
  }

  const move = (place, { tell = true } = {}) => {
    const { lat, lng } = L.latLng(place).wrap();
    pin.setLatLng([lat, lng]).addTo(map);
    if (tell) {
      write(latitude, lat);
      write(longitude, lng);
    }
    if (!map.getBounds().pad(-0.1).contains([lat, lng])) {
      map.panTo([lat, lng]);
    }
  };

  pin.on("dragend", () => move(pin.getLatLng()));
  map.on("click", (event) => move(event.latlng));
  element.addEventListener("keydown", (event) => {
    const steps = { ArrowUp: [0, -1], ArrowDown: [0, 1], ArrowLeft: [-1, 0], ArrowRight: [1, 0] };
    if (event.target !== element || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    if (event.key in steps) {
      const reach = event.shiftKey ? 40 : 5; // pixels: a finer step is a closer zoom
      const [x, y] = steps[event.key];
      const at = map.project(map.hasLayer(pin) ? pin.getLatLng() : map.getCenter());
      move(map.unproject(at.add([x * reach, y * reach])));
    } else if (event.key === "+" || event.key === "=") {
      map.zoomIn();
    } else if (event.key === "-") {
      map.zoomOut();
    } else {
      return;
    }
    event.preventDefault();
  });
  for (const input of [latitude, longitude]) {
    input?.addEventListener("change", () => {
      const place = read(latitude?.value, longitude?.value);
      if (place) {
        move(place, { tell: false });
        map.setView(place, Math.max(map.getZoom(), CLOSE));
      }
    });
  }

  if (options.basemap) {
    const world = draw(L, await fetchJson(options.basemap)).addTo(map);
    if (options.surroundings) {
      await followSurroundings(L, map, world, options.surroundings);
    }
  }
  element.dataset.ready = "";
}

/* Shows the finer ground of wherever the map is looked at closely, instead of the rough one. */
async function followSurroundings(L, map, world, address) {
  let shown = null;
  let centre = null;
  const refresh = async () => {
    const close = map.getZoom() >= CLOSE - 1;
    if (!close) {
      shown?.remove();
      world.addTo(map);
      return;
    }
    const here = map.getCenter().wrap();
    if (!centre || centre.distanceTo(here) > 25_000) {
      const url = new URL(address, document.baseURI);
      url.searchParams.set("latitude", here.lat.toFixed(PLACES));
      url.searchParams.set("longitude", here.lng.toFixed(PLACES));
      centre = here;
      const found = draw(L, await fetchJson(url));
      if (centre !== here) {
        return; // the map has moved on, and a later question is on its way
      }
      shown?.remove();
      shown = found;
    }
    if (shown) {
      shown.addTo(map);
      world.remove();
      thin(map.getPane("town"));
    }
  };
  // Without an answer the rough ground stays.
  map.on("moveend", () => refresh().catch(() => world.addTo(map)));
  await refresh().catch(() => world.addTo(map));
}

function draw(L, geojson) {
  const layers = L.layerGroup();
  for (const feature of geojson.features) {
    const kind = feature.properties.kind;
    // Colours are the style sheet's, so that they follow light and dark. Tiles of land overlap a little, which
    // the even-odd rule would cut out again.
    const style = {
      className: `pin-map-${kind}`,
      fill: kind === "land",
      fillRule: "nonzero",
      stroke: kind !== "land",
      weight: kind === "river" ? 2 : 1,
    };
    const town = (_, place) =>
      L.marker(place, { pane: kind, interactive: false, keyboard: false, icon: named(L, feature.properties.name) });
    layers.addLayer(L.geoJSON(feature, { pane: kind, interactive: false, style, pointToLayer: town }));
  }
  return layers;
}

/* Hides the names that would stand on a larger town's. */
function thin(pane) {
  const kept = [];
  for (const name of pane.querySelectorAll(".pin-map-name")) {
    const box = name.getBoundingClientRect();
    const free = kept.every(
      (other) => box.right < other.left || other.right < box.left || box.bottom < other.top || other.bottom < box.top,
    );
    name.style.visibility = free ? "visible" : "hidden";
    if (free) {
      kept.push(box);
    }
  }
}

/* A dot and a name. Leaflet takes strings as HTML; a name is text. */
function named(L, name) {
  const element = document.createElement("bdi");
  element.textContent = name;
  return L.divIcon({ className: "pin-map-name", html: element, iconSize: null });
}

function drawnPin() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 34 50");
  svg.setAttribute("aria-hidden", "true");
  const shape = document.createElementNS(svg.namespaceURI, "path");
  shape.setAttribute("class", "map-pin");
  shape.setAttribute("d", "M2 2h30v29l-15 17l-15-17z");
  shape.setAttribute("stroke-width", "3");
  svg.append(shape);
  return svg;
}

function read(latitude, longitude) {
  const place = [latitude, longitude].map((value) => Number.parseFloat(value));
  const real = Math.abs(place[0]) <= 85 && Math.abs(place[1]) <= 180; // false for NaN
  return real ? place : null;
}

function write(input, degrees) {
  if (input) {
    input.value = degrees.toFixed(PLACES);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

async function fetchJson(address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) {
    throw new Error(`${address}: ${response.status}`);
  }
  return response.json();
}
