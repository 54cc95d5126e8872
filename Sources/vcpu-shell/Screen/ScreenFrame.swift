/// Everything that the terminal shows in the full-screen view.
struct ScreenFrame: Equatable {
  /// The rows, from the top. None is wider than the terminal.
  var rows: [Row] = []
  /// Where the cursor is, from 0.
  var cursor = Place(row: 0, column: 0)

  struct Row: Equatable {
    let line: Line
    /// Whether it is the bar above a window.
    var isBar = false
  }

  struct Place: Equatable {
    var row: Int
    var column: Int
  }

  struct Size: Equatable {
    let rows: Int
    let columns: Int
  }
}
