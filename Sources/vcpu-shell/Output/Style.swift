/// The role of a part of a line, which terminals may show as a colour.
enum Style: Sendable, CaseIterable {
  /// An address.
  case address
  /// A name of the debugged program.
  case symbol
  /// A value that has changed since the last stop.
  case changed
  /// The word before an error.
  case error
  /// The word before a warning.
  case warning
  /// The title of a table or of a part.
  case heading
  /// The mark before a line of the guest's console.
  case console

  /// The parameters of SGR, ECMA-48, 8.3.117.
  ///
  /// Of the eight colours, only those that are readable on both dark and light backgrounds are used: white and yellow
  /// vanish on a light one, black and blue on a dark one. No style sets a background.
  var parameters: String {
    switch self {
    case .address: "36"
    case .symbol: "35"
    case .changed: "1;32"
    case .error: "1;31"
    case .warning: "1;35"
    case .heading: "1"
    case .console: "32"
    }
  }
}
