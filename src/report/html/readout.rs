//! The values that can be read off a chart, as data for the page's script: both languages, nothing left to reckon.

use serde_json::{Value, json};

use crate::report::charts::{Drawing, Line, Plot};
use crate::text::Text;

/// What templates call on a chart.
pub(super) trait Readings {
    /// JSON that may stand in a script element: it holds nothing that ends one. None where there is nothing to read.
    fn readings(&self) -> Option<String>;
}

impl Readings for Drawing {
    fn readings(&self) -> Option<String> {
        let plots: Vec<Value> = self.readout.as_ref()?.plots.iter().map(plot).collect();
        Some(Value::from(plots).to_string().replace('<', "\\u003c"))
    }
}

fn plot(plot: &Plot) -> Value {
    json!({
        "area": plot.area,
        "name": words(&plot.name),
        "axis": words(&plot.axis),
        "stops": plot.stops,
        "lines": plot.lines.iter().map(line).collect::<Vec<_>>(),
    })
}

fn line(line: &Line) -> Value {
    json!({ "name": words(&line.name), "stroke": line.stroke, "dash": line.dash, "values": line.values })
}

/// English, and Chinese where it differs.
fn words(text: &Text) -> Vec<&str> {
    let mut words = vec![text.en()];
    words.extend((text.zh() != text.en()).then_some(text.zh()));
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::charts::Readout;

    #[test]
    fn values_are_json_that_ends_no_element_whatever_a_line_is_called() {
        let name = Text::both("</script><!--", "丙");
        let line = Line {
            name: name.clone(),
            stroke: "#000000".to_owned(),
            dash: "",
            values: vec![None, Some("1".into())],
        };
        let stops = vec![(1, "1 s".to_owned()), (9, "2 s".to_owned())];
        let plot = Plot { area: [1, 2, 9, 8], name: Text::default(), axis: name, stops, lines: vec![line] };
        let drawing = Drawing {
            name: "x",
            title: Text::default(),
            description: Text::default(),
            svg: Default::default(),
            readout: Some(Readout { plots: vec![plot] }),
        };
        let json = drawing.readings().unwrap();
        assert!(!json.contains('<'), "{json}");
        let value: Value = serde_json::from_str(&json).unwrap();
        assert_eq!(value[0]["lines"][0]["name"], json!(["</script><!--", "丙"]));
        assert_eq!(value[0]["stops"][1], json!([9, "2 s"]));
        assert_eq!(Drawing { readout: None, ..drawing }.readings(), None);
    }
}
