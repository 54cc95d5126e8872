/// The smallest parts of an expression.
struct Token: Equatable {
  enum Kind: Equatable {
    case number(Value)
    case character(Value)
    /// A symbol or word; quoted names are never address prefixes or words.
    case name(String, isQuoted: Bool)
    case register([String])
    /// `$1`, `$`, `$$2`.
    case history(HistoryPlace)
    /// `hv:`, `guest:`, `ipa:`, `pa:`.
    case prefix(AddressSpace)
    /// An operator or a punctuation mark.
    case mark(String)
    case end
  }

  let kind: Kind
  /// The column, in characters from 1.
  let column: Int
  /// The token as it was typed; empty at the end.
  let text: String
}
