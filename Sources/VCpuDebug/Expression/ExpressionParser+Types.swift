/// Casts and types.
extension ExpressionParser {
  mutating func castOrParenthesis() throws(ExpressionError) -> Node {
    if let cast = try cast() { return cast }
    if let cast = try programCast() { return cast }
    return try postfix()
  }

  /// `(type)operand`; nil for a pointer's type, and for something else between the parentheses.
  @inline(never)
  private mutating func cast() throws(ExpressionError) -> Node? {
    let start = index
    let column = current.column
    guard let cast = try takeType() else { return nil }
    guard !cast.isPointer else {
      index = start
      return nil
    }
    try enter()
    defer { nesting -= 1 }
    let operand = try unary()
    return try node(.cast(cast.name, operand.expression, column: column), above: operand)
  }

  /// `(struct name *)operand`; nil for something else between the parentheses.
  @inline(never)
  private mutating func programCast() throws(ExpressionError) -> Node? {
    let column = current.column
    guard let type = takeProgramType(isOnlyType: true) else { return nil }
    try enter()
    defer { nesting -= 1 }
    // A prefix covers only the operand, as after `*`.
    let operand = try pointee()
    return try node(.programCast(type, operand.expression, column: column), above: operand)
  }

  /// Takes `(struct name *)`, `(name *)`, `(name)` where it is a type; nil, without taking anything, if something else
  /// is between the parentheses.
  ///
  /// - Parameter isOnlyType: whether a name alone must be known as a type.
  mutating func takeProgramType(isOnlyType: Bool) -> ProgramTypeName? {
    var end = index + 1
    var words: [String] = []
    while end < tokens.count, case .name(let word, false) = tokens[end].kind {
      if !["const", "volatile"].contains(word) { words.append(word) }
      end += 1
    }
    guard let first = words.first else { return nil }
    let isTagged = ["struct", "union", "enum", "class"].contains(first)
    // `(a b)` isn't a type, and not an expression either.
    guard isTagged ? words.count == 2 : words.count == 1 || words.allSatisfy(TypeName.isWord)
    else { return nil }
    var pointerCount = 0
    while end < tokens.count, tokens[end].kind == .mark("*") {
      pointerCount += 1
      end += 1
    }
    var counts: [UInt64] = []
    while end + 2 < tokens.count, tokens[end].kind == .mark("["),
      case .number(let count) = tokens[end + 1].kind, tokens[end + 2].kind == .mark("]")
    {
      counts.append(count.bits)
      end += 3
    }
    guard end < tokens.count, tokens[end].kind == .mark(")") else { return nil }
    let base = words.joined(separator: " ")
    let isPlainName = pointerCount == 0 && !isTagged
    guard !isPlainName || TypeName.isWord(first) || isType(base) else { return nil }
    // `(a[1])` is an element, and `(a)` a value.
    index = end + 1
    return ProgramTypeName(base: base, pointerCount: pointerCount, counts: counts)
  }

  /// The part after `*`: an address, or a type and an address.
  mutating func load() throws(ExpressionError) -> Node {
    try enter()
    defer { nesting -= 1 }
    let column = current.column
    index += 1
    let start = index
    var name: TypeName?
    if current.kind == .mark("("), let cast = try takeType() {
      if cast.isPointer { name = cast.name } else { index = start }
    }
    let address = try pointee()
    return try node(.load(address.expression, as: name, column: column), above: address)
  }

  /// Takes `(type)` or `(type *)`; nil, without taking anything, if something else is between the
  /// parentheses.
  private mutating func takeType() throws(ExpressionError) -> (name: TypeName, isPointer: Bool)? {
    var end = index + 1
    var words: [String] = []
    while end < tokens.count, case .name(let word, false) = tokens[end].kind, TypeName.isWord(word)
    {
      words.append(word)
      end += 1
    }
    guard let first = words.first else { return nil }
    let isPointer = end < tokens.count && tokens[end].kind == .mark("*")
    if isPointer { end += 1 }
    guard end < tokens.count, tokens[end].kind == .mark(")") else { return nil }
    let column = tokens[index + 1].column
    index = end + 1
    guard let name = TypeName(words) else {
      throw ExpressionError(
        .noSuchType(words.joined(separator: " "), like: first), column: column)
    }
    return (name, isPointer)
  }
}
