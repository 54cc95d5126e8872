extension StopReply {
  /// Reads a stop reply, or nil if `payload` isn't one.
  init?(parsing payload: [UInt8]) {
    guard let letter = payload.first else { return nil }
    switch letter {
    case UInt8(ascii: "S"):
      guard payload.count == 3, let signal = Hex.number(payload[1..<3]) else { return nil }
      self = .signal(StopEvent(signal: UInt8(signal)))
    case UInt8(ascii: "T"):
      guard payload.count >= 3, let signal = Hex.number(payload[1..<3]) else { return nil }
      var event = StopEvent(signal: UInt8(signal))
      for field in payload[3...].split(separator: UInt8(ascii: ";")) { event.take(field) }
      self = .signal(event)
    case UInt8(ascii: "W"), UInt8(ascii: "X"):
      let fields = payload[1...].split(separator: UInt8(ascii: ";"))
      guard let first = fields.first, let number = Hex.number(first) else { return nil }
      let process = fields.dropFirst().firstNonNil { StopReply.process(in: $0) }
      self =
        letter == UInt8(ascii: "W")
        ? .exited(status: number, process: process)
        : .terminated(signal: number, process: process)
    case UInt8(ascii: "w"):
      let fields = payload[1...].split(separator: UInt8(ascii: ";"))
      guard fields.count == 2, let status = Hex.number(fields[0]),
        let thread = ThreadID(parsing: fields[1])
      else { return nil }
      self = .threadExited(status: status, thread: thread)
    case UInt8(ascii: "N"):
      guard payload.count == 1 else { return nil }
      self = .noThreadsResumed
    default:
      return nil
    }
  }

  private static func process(in field: ArraySlice<UInt8>) -> Int? {
    let prefix = Array("process:".utf8)
    guard field.starts(with: prefix) else { return nil }
    return Hex.number(field.dropFirst(prefix.count)).flatMap { Int(exactly: $0) }
  }
}

extension StopEvent {
  /// Takes one `name:value` of a `T` packet. A malformed pair is kept as an unknown field.
  fileprivate mutating func take(_ field: ArraySlice<UInt8>) {
    let colon = field.firstIndex(of: UInt8(ascii: ":")) ?? field.endIndex
    let key = field[..<colon]
    let content = colon == field.endIndex ? [] : field[(colon + 1)...]
    let name = String(decoding: key, as: UTF8.self)
    let value = String(decoding: content, as: UTF8.self)
    switch name {
    case "thread":
      // "Any" doesn't name a thread: some stubs send 0 if they don't know the thread.
      if let thread = ThreadID(parsing: content), thread.isOne { self.thread = thread; return }
    case "core":
      if let core = Hex.number(content).flatMap({ Int(exactly: $0) }) { self.core = core; return }
    case "watch", "rwatch", "awatch":
      if let address = Hex.number(content) {
        let kind: WatchKind = name == "watch" ? .write : name == "rwatch" ? .read : .access
        reason = .watchpoint(kind, address: address)
        return
      }
    case "swbreak": reason = .softwareBreakpoint; return
    case "hwbreak": reason = .hardwareBreakpoint; return
    case "library": reason = .library; return
    case "replaylog": reason = .replayLog(value); return
    case "fork", "vfork", "vforkdone", "clone", "exec", "create", "syscall_entry",
      "syscall_return":
      reason = .event(name: name, value: value)
      return
    default:
      if let number = Hex.number(key).flatMap({ Int(exactly: $0) }),
        let bytes = Hex.bytes(Array(content)), !bytes.isEmpty
      {
        registers.append(Register(number: number, bytes: bytes))
        return
      }
    }
    otherFields.append(Field(name: name, value: value))
  }
}

extension Collection {
  /// The first result of `transform` that is not nil.
  fileprivate func firstNonNil<T>(_ transform: (Element) -> T?) -> T? {
    for element in self {
      if let result = transform(element) { return result }
    }
    return nil
  }
}
