//! A plot of lines over two logarithmic axes, as SVG.

use std::fmt::Write;

pub(super) struct Line {
    pub(super) name: String,
    /// Count and seconds.
    pub(super) points: Vec<(f64, f64)>,
}

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 230.0;
const TOP: f64 = 40.0;
const BOTTOM: f64 = 50.0;
const COLORS: [&str; 4] = ["#1864ab", "#74c0fc", "#2b8a3e", "#8ce99a"];

/// Whole powers of ten that hold every value.
struct Axis {
    low: i32,
    high: i32,
}

impl Axis {
    fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let low = values.clone().fold(f64::MAX, f64::min).log10().floor() as i32;
        let high = values.fold(f64::MIN_POSITIVE, f64::max).log10().ceil() as i32;
        Self { low, high: high.max(low + 1) }
    }

    /// From 0 at the low end to 1 at the high end.
    fn place(&self, value: f64) -> f64 {
        (value.log10() - f64::from(self.low)) / f64::from(self.high - self.low)
    }
}

/// `unit` is what the points count.
pub(super) fn svg(title: &str, unit: &str, lines: &[Line]) -> String {
    let points = || lines.iter().flat_map(|line| &line.points);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"12\">\n<title>{title}</title>\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"white\"/>\n\
         <text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{title}</text>\n"
    );
    if points().next().is_some() {
        let counts = Axis::of(points().map(|(count, _)| *count));
        let seconds = Axis::of(points().map(|(_, seconds)| *seconds));
        svg.push_str(&grid(&counts, unit, &seconds));
        for (place, line) in lines.iter().enumerate() {
            svg.push_str(&drawn(line, COLORS[place % COLORS.len()], place, &counts, &seconds));
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn x(axis: &Axis, count: f64) -> f64 {
    LEFT + axis.place(count) * (WIDTH - LEFT - RIGHT)
}

fn y(axis: &Axis, seconds: f64) -> f64 {
    HEIGHT - BOTTOM - axis.place(seconds) * (HEIGHT - TOP - BOTTOM)
}

fn grid(counts: &Axis, unit: &str, seconds: &Axis) -> String {
    let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
    let mut svg = String::new();
    for power in counts.low..=counts.high {
        let at = x(counts, 10_f64.powi(power));
        let _ = writeln!(
            svg,
            "<path d=\"M{at:.1} {TOP}V{bottom}\" stroke=\"#dee2e6\"/><text x=\"{at:.1}\" y=\"{}\" \
             text-anchor=\"middle\">{} {unit}</text>",
            bottom + 20.0,
            10_f64.powi(power)
        );
    }
    for power in seconds.low..=seconds.high {
        let at = y(seconds, 10_f64.powi(power));
        let _ = writeln!(
            svg,
            "<path d=\"M{LEFT} {at:.1}H{right}\" stroke=\"#dee2e6\"/><text x=\"{}\" y=\"{:.1}\" \
             text-anchor=\"end\">{} s</text>",
            LEFT - 6.0,
            at + 4.0,
            10_f64.powi(power)
        );
    }
    svg
}

fn drawn(line: &Line, color: &str, place: usize, counts: &Axis, seconds: &Axis) -> String {
    let points: Vec<_> =
        line.points.iter().map(|(at, took)| format!("{:.1},{:.1}", x(counts, *at), y(seconds, *took))).collect();
    let (legend_x, legend_y) = (WIDTH - RIGHT + 20.0, TOP + 20.0 * place as f64 + 10.0);
    let mut svg =
        format!("<polyline points=\"{}\" fill=\"none\" stroke=\"{color}\" stroke-width=\"2\"/>\n", points.join(" "));
    for point in points {
        let (at_x, at_y) = point.split_once(',').unwrap_or_default();
        let _ = writeln!(svg, "<circle cx=\"{at_x}\" cy=\"{at_y}\" r=\"3\" fill=\"{color}\"/>");
    }
    let _ = writeln!(
        svg,
        "<path d=\"M{legend_x} {legend_y}h20\" stroke=\"{color}\" stroke-width=\"2\"/><text x=\"{}\" y=\"{}\">{}</text>",
        legend_x + 26.0,
        legend_y + 4.0,
        line.name
    );
    svg
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_point_lies_within_the_picture_and_every_line_is_named() {
        let points = vec![(10_000.0, 0.02), (100_000.0, 0.3), (1_000_000.0, 4.0)];
        let svg = svg("A title", "users", &[Line { name: "engine".into(), points }]);
        assert_eq!(svg.matches("<circle").count(), 3);
        assert!(svg.contains(">engine</text>") && svg.contains("A title"), "{svg}");
        for point in svg.split("cx=\"").skip(1) {
            let x: f64 = point.split('"').next().expect("a number").parse().expect("a number");
            assert!((LEFT..=WIDTH - RIGHT).contains(&x), "{x}");
        }
    }

    #[test]
    fn without_points_there_is_a_title() {
        assert!(svg("Nothing", "users", &[]).contains("Nothing"));
    }
}
