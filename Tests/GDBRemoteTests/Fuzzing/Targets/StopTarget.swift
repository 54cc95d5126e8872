@testable import GDBRemote

extension FuzzTarget {
  /// Stop replies, and the other small answers. The input is a payload.
  static let stop = FuzzTarget(name: "stop") { payload in
    if let reply = StopReply(parsing: payload) {
      try require("STWXwN".utf8.contains(payload[0]), "a stop reply begins with \(payload[0])")
      try checkFields(reply, payload)
      // A parsed reply can be written again, and means the same.
      let text = text(of: reply)
      try requireEqual(
        StopReply(parsing: Array(text.utf8)), reply, "what \(text.debugDescription) means")
    }
    if let id = ThreadID(parsing: payload) {
      try requireEqual(
        ThreadID(parsing: id.description.utf8.map { $0 }), id, "what \(id) means")
    }
    try checkAnswers(payload)
  }

  private static func checkFields(_ reply: StopReply, _ payload: [UInt8]) throws {
    switch reply {
    case .signal(let event):
      try requireEqual(
        UInt64(event.signal), Hex.number(payload[1..<3]), "the number of the signal")
      for register in event.registers {
        try require(register.number >= 0, "the number of a register is \(register.number)")
        try require(!register.bytes.isEmpty, "register \(register.number) has no bytes")
      }
      let fieldCount = payload.count { $0 == UInt8(ascii: ";") } + 1
      try require(
        event.registers.count + event.otherFields.count <= fieldCount, "there are too many fields")
      try require(!reply.isEnd, "a signal is no end")
    case .exited, .terminated: try require(reply.isEnd, "an exit is an end")
    case .threadExited(_, let thread): try requireEqual(reply.thread, thread, "the thread")
    case .noThreadsResumed: try requireEqual(payload, Array("N".utf8), "the payload")
    }
  }

  private static func checkAnswers(_ payload: [UInt8]) throws {
    switch StandardReply(payload) {
    case .unsupported: try require(payload.isEmpty, "something is nothing")
    case .ok: try requireEqual(payload, Array("OK".utf8), "OK")
    case .error: try require(payload.first == UInt8(ascii: "E"), "an error begins otherwise")
    case .other: try require(!payload.isEmpty, "nothing is something")
    }
    if let registers = RegisterBytes(parsing: payload) {
      try requireEqual(registers.bytes.count, payload.count / 2, "the number of bytes")
      try require(
        registers.missing.allSatisfy { registers.bytes.indices.contains($0) }, "a byte is missing")
    }
    if let output = ConsoleOutput.bytes(payload) {
      try requireEqual(output.count, (payload.count - 1) / 2, "the length of the output")
    }
    if case .more(let threads)? = ThreadList(parsing: payload) {
      try require(threads.count <= payload.count, "there are too many threads")
    }
    _ = SupportedFeatures(parsing: payload)
    _ = ResumeActions(parsing: payload)
    _ = QEMUFeatures(parsing: payload)
    _ = FileRequest.isRequest(payload)
    switch TransferChunk(parsing: payload) {
    case .more(let bytes)?, .last(let bytes)?:
      try requireEqual(bytes, Array(payload.dropFirst()), "a part of a document")
    case nil: break
    }
  }

  /// A stop reply as a stub would send it.
  private static func text(of reply: StopReply) -> String {
    func process(_ process: Int?) -> String {
      process.map { ";process:\(String($0, radix: 16))" } ?? ""
    }
    switch reply {
    case .signal(let event): return text(of: event)
    case .exited(let status, let id): return "W\(String(status, radix: 16))\(process(id))"
    case .terminated(let signal, let id): return "X\(String(signal, radix: 16))\(process(id))"
    case .threadExited(let status, let thread):
      return "w\(String(status, radix: 16));\(thread.map { "\($0)" } ?? "")"
    case .noThreadsResumed: return "N"
    }
  }

  private static func text(of event: StopEvent) -> String {
    var fields: [String] = []
    if let thread = event.thread { fields.append("thread:\(thread)") }
    if let core = event.core { fields.append("core:\(String(core, radix: 16))") }
    switch event.reason {
    case .watchpoint(let kind, let address)?:
      let name = kind == .write ? "watch" : kind == .read ? "rwatch" : "awatch"
      fields.append("\(name):\(String(address, radix: 16))")
    case .softwareBreakpoint?: fields.append("swbreak:")
    case .hardwareBreakpoint?: fields.append("hwbreak:")
    case .replayLog(let value)?: fields.append("replaylog:\(value)")
    case .library?: fields.append("library:")
    case .event(let name, let value)?: fields.append("\(name):\(value)")
    case nil: break
    }
    for register in event.registers {
      var digits: [UInt8] = []
      Hex.append(register.bytes, to: &digits)
      let text = String(decoding: digits, as: UTF8.self)
      fields.append("\(String(register.number, radix: 16)):\(text)")
    }
    for field in event.otherFields { fields.append("\(field.name):\(field.value)") }
    let signal = String(event.signal, radix: 16)
    return "T" + (signal.count < 2 ? "0" : "") + signal + fields.map { $0 + ";" }.joined()
  }
}
