"use strict";
(function () {
  var root = document.documentElement;
  // What is written anew when the language changes.
  var renew = [];
  function language() {
    var chosen = document.querySelector("input[name=language]:checked");
    return chosen ? chosen.value : root.dataset.lang;
  }
  function speak() {
    root.lang = root.dataset.lang = language();
    renew.forEach(function (again) { again(); });
  }
  document.querySelectorAll("input[name=language]").forEach(function (input) {
    input.addEventListener("change", speak);
  });
  speak();

  function select(node) {
    var range = document.createRange();
    range.selectNodeContents(node);
    var selection = window.getSelection();
    selection.removeAllRanges();
    selection.addRange(range);
  }
  // Where the page may not write to the clipboard itself, such as in a file that an old browser opened.
  function byHand(text) {
    var area = document.createElement("textarea");
    area.value = text;
    area.className = "aside";
    document.body.appendChild(area);
    area.select();
    var done = false;
    try {
      done = document.execCommand("copy");
    } catch (error) {
      done = false;
    }
    area.remove();
    return done;
  }
  document.querySelectorAll("button[data-copies]").forEach(function (button) {
    var source = document.getElementById(button.dataset.copies);
    var status = button.parentNode.querySelector("[role=status]");
    // It stands there once a language where its comments differ.
    function spoken() {
      return source.querySelector("[lang='" + language() + "']") || source;
    }
    function tell(done) {
      var data = status.dataset;
      var zh = language() === "zh";
      status.textContent = done ? (zh ? data.zh : data.en) : zh ? data.failedZh : data.failedEn;
      if (!done) {
        select(spoken());
      }
      button.focus();
    }
    button.hidden = false;
    button.addEventListener("click", function () {
      var text = spoken().textContent;
      status.textContent = "";
      if (navigator.clipboard && navigator.clipboard.writeText) {
        navigator.clipboard.writeText(text).then(
          function () { tell(true); },
          function () { tell(byHand(text)); }
        );
      } else {
        tell(byHand(text));
      }
    });
  });

  // Values are read off charts. They come in words from where the lines were drawn; only the nearest place is found here.
  function said(text) {
    return language() === "zh" && text.length > 1 ? text[1] : text[0];
  }
  function made(tag, name, parent) {
    var node = document.createElement(tag);
    node.className = name;
    parent.appendChild(node);
    return node;
  }
  function sample(line) {
    var names = { svg: { width: 22, height: 8 }, line: { x1: 0, x2: 22, y1: 4, y2: 4, "stroke-width": 2 } };
    names.line.stroke = line.stroke;
    if (line.dash) {
      names.line["stroke-dasharray"] = line.dash;
    }
    var nodes = Object.keys(names).map(function (name) {
      var node = document.createElementNS("http://www.w3.org/2000/svg", name);
      Object.keys(names[name]).forEach(function (key) { node.setAttribute(key, names[name][key]); });
      return node;
    });
    nodes[0].appendChild(nodes[1]);
    return nodes[0];
  }
  function stopsOf(plots) {
    var all = [];
    plots.forEach(function (plot) {
      plot.stops.forEach(function (stop, index) {
        all.push({ plot: plot, index: index, x: stop[0], words: stop[1] });
      });
    });
    return all;
  }
  function heading(stop) {
    var zh = language() === "zh";
    var name = said(stop.plot.name);
    return (name ? name + (zh ? "，" : ", ") : "") + said(stop.plot.axis) + (zh ? "：" : ": ") + stop.words;
  }
  function rows(stop) {
    return stop.plot.lines.filter(function (line) { return line.values[stop.index] !== null; });
  }
  function inWords(stop) {
    var zh = language() === "zh";
    return rows(stop).map(function (line) {
      return said(line.name) + (zh ? "：" : ": ") + line.values[stop.index];
    }).join(zh ? "；" : "; ");
  }
  function fill(box, stop) {
    box.textContent = "";
    made("p", "", box).textContent = heading(stop);
    rows(stop).forEach(function (line) {
      var row = made("div", "", box);
      row.appendChild(sample(line));
      made("span", "", row).textContent = said(line.name);
      made("b", "", row).textContent = line.values[stop.index];
    });
  }
  // The panel under the pointer, if any, and in it the place that is nearest.
  function nearest(stops, x, y) {
    var best = -1;
    stops.forEach(function (stop, at) {
      var area = stop.plot.area;
      var within = x >= area[0] - 8 && x <= area[2] + 8 && y >= area[1] && y <= area[3];
      if (within && (best < 0 || Math.abs(stop.x - x) < Math.abs(stops[best].x - x))) {
        best = at;
      }
    });
    return best;
  }
  function readable(figure, stops) {
    var stage = figure.querySelector(".stage");
    var view = stage.querySelector("svg").viewBox.baseVal;
    var reader = made("div", "reader", stage);
    var rule = made("div", "rule", reader);
    var box = made("div", "reading", stage);
    var status = made("p", "aside", figure);
    var at = -1;
    var attributes = {
      tabindex: 0, role: "slider", "aria-valuemin": 1, "aria-valuemax": stops.length,
      "aria-labelledby": figure.id + "-caption", "aria-describedby": "readout-hint"
    };
    Object.keys(attributes).forEach(function (key) { reader.setAttribute(key, attributes[key]); });
    status.setAttribute("role", "status");
    status.setAttribute("aria-live", "polite");
    box.setAttribute("aria-hidden", "true");
    function place(stop) {
      var area = stop.plot.area;
      var x = 100 * stop.x / view.width;
      var top = 100 * area[1] / view.height;
      rule.style.left = x + "%";
      rule.style.top = top + "%";
      rule.style.height = 100 * area[3] / view.height - top + "%";
      box.style.top = top + "%";
      box.style.left = x < 50 ? "calc(" + x + "% + 0.75rem)" : "auto";
      box.style.right = x < 50 ? "auto" : "calc(" + (100 - x) + "% + 0.75rem)";
    }
    function show(next) {
      var stop = stops[Math.max(next, 0)];
      at = next;
      box.hidden = rule.hidden = at < 0;
      reader.setAttribute("aria-valuenow", Math.max(at, 0) + 1);
      reader.setAttribute("aria-valuetext", heading(stop));
      if (at < 0) {
        status.textContent = "";
      } else {
        fill(box, stop);
        place(stop);
      }
    }
    function close() {
      show(-1);
    }
    function point(event) {
      var edge = reader.getBoundingClientRect();
      var x = (event.clientX - edge.left) / edge.width * view.width;
      var y = (event.clientY - edge.top) / edge.height * view.height;
      var next = nearest(stops, x, y);
      if (next !== at) {
        show(next);
      }
    }
    var last = stops.length - 1;
    var keys = {
      ArrowRight: function () { return Math.min(at + 1, last); },
      ArrowUp: function () { return Math.min(at + 1, last); },
      ArrowLeft: function () { return at < 0 ? last : Math.max(at - 1, 0); },
      ArrowDown: function () { return at < 0 ? last : Math.max(at - 1, 0); },
      Home: function () { return 0; },
      End: function () { return last; },
      Escape: function () { return -1; }
    };
    reader.addEventListener("keydown", function (event) {
      var key = Object.prototype.hasOwnProperty.call(keys, event.key) ? keys[event.key] : null;
      if (!key || event.altKey || event.ctrlKey || event.metaKey) {
        return;
      }
      event.preventDefault();
      show(key());
      // Of the pointer nothing is told: it would chatter.
      status.textContent = at < 0 ? "" : inWords(stops[at]);
    });
    reader.addEventListener("pointerdown", point);
    reader.addEventListener("pointermove", point);
    reader.addEventListener("pointerleave", function (event) {
      // A finger leaves as soon as it is lifted, and then is the time to read.
      if (event.pointerType !== "touch") {
        close();
      }
    });
    reader.addEventListener("blur", close);
    renew.push(function () { show(at); });
    close();
  }
  document.querySelectorAll("figure > script").forEach(function (data) {
    var stops = stopsOf(JSON.parse(data.textContent));
    if (stops.length) {
      readable(data.parentNode, stops);
      document.getElementById("readout-hint").hidden = false;
    }
  });

  // Paper cannot be unfolded.
  var folded = [];
  window.addEventListener("beforeprint", function () {
    folded = Array.prototype.filter.call(document.querySelectorAll("details"), function (d) { return !d.open; });
    folded.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    folded.forEach(function (d) { d.open = false; });
  });
})();
