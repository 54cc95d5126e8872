internal import GDBRemote

/// Reads a value with all that is in it, as data. Nothing that can't be read hides the rest.
struct ValueReader {
  /// The format of numbers; nil for what their types say.
  var letter: FormatLetter?
  /// So many elements are shown of all arrays of a value (`set print elements`).
  var elementLimit: UInt64 = 200
  /// So many levels of structures are shown (`set print max-depth`).
  var depthLimit = 20
  /// The name of an address: `symbol+4`.
  var symbol: (UInt64) -> String? = { _ in nil }

  static let repeatLimit: UInt64 = 10
  /// So many members and elements are read in all, so that a type whose parts multiply ends.
  private static let nodeLimit = 100_000

  /// What is left of the limits while a value is read.
  final class Budget {
    var nodes = ValueReader.nodeLimit
  }

  /// The value.
  func node(_ value: ProgramValue) -> ValueNode {
    node(value, depth: 0, Budget())
  }

  func node(_ value: ProgramValue, depth: Int, _ budget: Budget) -> ValueNode {
    budget.nodes -= 1
    guard budget.nodes > 0, depth <= depthLimit else { return .tooDeep }
    do {
      return try read(value, depth, budget)
    } catch {
      return failure(error, of: value)
    }
  }

  /// What is shown in place of a value.
  private func failure(_ error: any Error, of value: ProgramValue) -> ValueNode {
    switch error {
    case ValueError.optimizedOut, LocationError.noEntryValue, LocationError.droppedParameter,
      LocationError.registerUnavailable:
      return .optimizedOut
    case ValueError.syntheticPointer:
      return .pointer(
        ValueNode.Pointer(
          type: value.type.name, address: nil, text: "<synthetic pointer>", symbol: nil, string: nil
        ))
    case let error as ValueError: return .error(error.description)
    case let error as LocationError: return .error(error.description)
    default:
      if let address = value.storage.address {
        return .error("Cannot access memory at address 0x\(String(address, radix: 16))")
      }
      return .error("\(error)")
    }
  }

  private func read(
    _ value: ProgramValue, _ depth: Int, _ budget: Budget
  ) throws -> ValueNode {
    let type = value.type.stripped
    switch type.kind {
    case .aggregate(let aggregate):
      return try AggregateReader(reader: self, budget: budget, depth: depth)
        .node(value, type, aggregate)
    case .array(let array): return try self.array(value, array, depth, budget)
    case .reference(let target, _):
      let address = value.layout.integer(try value.bytes())
      let inner = node(
        ProgramValue(type: target, address: address, scope: value.scope), depth: depth + 1, budget)
      return .reference(type: value.type.name, address: address, inner)
    case .pointer(let target): return try pointer(value, target, depth)
    case .function:
      guard let address = value.address else { throw ValueError.noAddress }
      return .pointer(
        ValueNode.Pointer(
          type: "{" + value.type.name + "}", address: address,
          text: "0x" + String(address, radix: 16), symbol: symbol(address), string: nil))
    case .void: return .scalar("void", integer: nil)
    case .malformed(let why): return .error(why)
    default: return try ScalarReader(reader: self).node(value, type)
    }
  }

  // MARK: Pointers

  private func pointer(
    _ value: ProgramValue, _ target: DebugType, _ depth: Int
  ) throws -> ValueNode {
    let address = try value.integer()
    let stripped = target.stripped
    let plain = "0x" + String(address, radix: 16)
    if let letter, letter != .address, letter != .string {
      let text =
        IntegerFormatter.text(address, as: letter, bitWidth: value.layout.addressByteCount * 8)
        ?? plain
      return .pointer(
        ValueNode.Pointer(type: nil, address: address, text: text, symbol: nil, string: nil))
    }
    if stripped.isCharacter, letter != .address {
      let text = address == 0 ? nil : cString(at: address, value)
      return .pointer(
        ValueNode.Pointer(
          type: nil, address: address, text: plain, symbol: symbol(address), string: text))
    }
    return .pointer(
      ValueNode.Pointer(
        type: depth == 0 && letter == nil ? value.type.name : nil, address: address, text: plain,
        symbol: symbol(address), string: nil))
  }

  /// The text at an address, up to its zero.
  private func cString(at address: UInt64, _ value: ProgramValue) -> String {
    let limit = Int(clamping: elementLimit)
    var bytes: [UInt8] = []
    var failed: UInt64?
    // A part at a time, which doesn't cross a page: the next one may be missing.
    while bytes.count <= limit, !bytes.contains(0) {
      let start = address &+ UInt64(bytes.count)
      let count = min(64 - Int(start % 64), limit + 1 - bytes.count)
      guard count > 0 else { break }
      // What ends within the part may be followed by nothing.
      let context = value.scope.context
      guard
        let part = (try? context.memory(at: start, byteCount: count))
          ?? (try? context.memory(at: start, byteCount: 1))
      else {
        failed = start
        break
      }
      bytes += part
    }
    let end = bytes.firstIndex(of: 0)
    let text = Array(bytes.prefix(min(end ?? bytes.count, limit)))
    if let failed, end == nil {
      let error = "<error: Cannot access memory at address 0x\(String(failed, radix: 16))>"
      return text.isEmpty ? error : StringText().text(text, dropsTerminator: false) + error
    }
    return StringText(characterLimit: limit)
      .text(text, dropsTerminator: false, isCut: end == nil || end! > limit)
  }

  // MARK: Arrays

  private func array(
    _ value: ProgramValue, _ array: ArrayType, _ depth: Int, _ budget: Budget
  ) throws -> ValueNode {
    let count = try value.elementCount()
    let element = array.element.stripped
    if count == 0 {
      // A flexible array: where it begins.
      guard brackets(value) == .curly, let address = value.address else {
        return .array([], brackets: brackets(value), isCut: false)
      }
      return .pointer(
        ValueNode.Pointer(
          type: nil, address: address, text: "0x" + String(address, radix: 16),
          symbol: symbol(address), string: nil))
    }
    if letter == nil || letter == .string,
      element.isCharacter || isByte(element) && letter == .string
    {
      if let text = try characters(value, count) { return .string(text) }
    }
    return try elements(value, count, depth, budget)
  }

  private func brackets(_ value: ProgramValue) -> ValueNode.Brackets {
    let entry = value.type.stripped.arrayEntry
    return entry.map { $0.isRust || $0.isSwift } ?? false ? .square : .curly
  }

  private func isByte(_ type: DebugType) -> Bool {
    if case .base(let base) = type.kind { base.byteCount == 1 } else { false }
  }

  /// An array of characters as text; nil if it is too long to be read at once.
  private func characters(_ value: ProgramValue, _ count: UInt64) throws -> String? {
    guard count <= ValueStorage.readLimit else { return nil }
    let bytes = try value.bytes()
    // Rust's `[u8; N]` and `[i8; N]` are numbers, and C's `char` arrays text.
    return StringText(characterLimit: Int(clamping: elementLimit))
      .text(bytes, dropsTerminator: true)
  }

  private func elements(
    _ value: ProgramValue, _ count: UInt64, _ depth: Int, _ budget: Budget
  ) throws -> ValueNode {
    // In one read, if it isn't too large and all of it can be read.
    if value.address != nil, (try? value.byteCount()).map({ $0 <= ValueStorage.readLimit }) ?? false
    {
      _ = try? value.bytes()
    }
    var found: [ValueNode.Element] = []
    var printed: UInt64 = 0
    var index: UInt64 = 0
    let lower =
      if case .array(let array) = value.type.stripped.kind { array.lowerBound } else { Int64(0) }
    while index < count, printed < elementLimit, budget.nodes > 0 {
      let first = node(try value.element(lower &+ Int64(index)), depth: depth + 1, budget)
      var end = index + 1
      // A row that goes on after the limit is counted to its end, but not for ever.
      let last = min(count, index + 1 << 16)
      while end < last, budget.nodes > 0,
        try isEqual(value, lower, index, end)
          ?? (node(try value.element(lower &+ Int64(end)), depth: depth + 1, budget) == first)
      {
        end += 1
      }
      if end - index > Self.repeatLimit {
        found.append(.init(value: first, count: end - index))
        printed += Self.repeatLimit
        index = end
      } else {
        let used = min(end, index + elementLimit - printed)
        found += (index..<used).map { _ in .init(value: first, count: 1) }
        printed += used - index
        index = used
      }
    }
    return .array(found, brackets: brackets(value), isCut: index < count)
  }

  /// Whether two elements have the same bytes; nil if the bytes aren't known or don't say it.
  private func isEqual(
    _ value: ProgramValue, _ lower: Int64, _ left: UInt64, _ right: UInt64
  ) throws -> Bool? {
    guard let bytes = value.loadedBytes,
      case .array(let array) = value.type.stripped.kind,
      let size = array.element.byteCount.flatMap({ Int(exactly: $0) }), size > 0,
      (Int(right) + 1) * size <= bytes.count
    else { return nil }
    let first = bytes[(Int(left) * size)..<(Int(left) + 1) * size]
    return first.elementsEqual(bytes[(Int(right) * size)..<(Int(right) + 1) * size])
  }
}
