"use strict";
(function () {
  var root = document.documentElement;
  function language() {
    var chosen = document.querySelector("input[name=language]:checked");
    return chosen ? chosen.value : root.dataset.lang;
  }
  function speak() {
    root.lang = root.dataset.lang = language();
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
