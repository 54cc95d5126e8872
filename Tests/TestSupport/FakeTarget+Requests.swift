import ArmVCpu
import GDBRemote
import VCpuDebug

/// Its answers: registers, memory and thread queries.
extension FakeTarget {
  /// The CPUs.
  package func threads() throws(RemoteError) -> [ThreadID] { cpus.map(\.thread) }

  /// The stub's description of a CPU.
  package func threadDescription(_ thread: ThreadID) throws(RemoteError) -> String {
    try carryOut {}
    guard let cpu = cpus.first(where: { $0.thread == thread }) else {
      throw RemoteError(.timeout, "no answer for \(thread)")
    }
    return cpu.description
  }

  /// Selects a thread.
  package func select(_ thread: ThreadID) throws(RemoteError) {
    trace.append("Hg \(thread)")
    try carryOut {
      selectedThread = thread.isOne ? thread : nil
      if thread.isOne { current = thread }
    }
    try onSelection(self, thread)
  }

  /// Makes the stop not name a thread, and the stub not report the current one.
  package func forgetThread() { selectedThread = nil }

  /// The thread of the stop, or the one selected since.
  package func currentThread() throws(RemoteError) -> ThreadID? { selectedThread }

  func bytes(of register: RegisterDescription) -> [UInt8] {
    guard register.bitWidth > 64 else { return register.bytes(of: self[register.name]) ?? [] }
    return register.wordNames.flatMap {
      RegisterDescription.ByteOrder.little.bytes(of: self[$0], byteCount: 8)
    }
    .prefix(register.byteCount).map { $0 }
  }

  func write(_ register: RegisterDescription, _ bytes: [UInt8]) {
    // Quirk 3: the stub answers OK to the write of a system register, but ignores it.
    guard register.group != Model.systemGroup else { return }
    for (index, name) in register.wordNames.enumerated() {
      self[name] = RegisterDescription.integer(Array(bytes.dropFirst(index * 8).prefix(8))) ?? 0
    }
  }

  package func writeRegister(
    _ register: RegisterDescription, _ bytes: [UInt8]
  ) throws(RemoteError) {
    let responses = try batch([.writeRegister(register, bytes), .register(register)])
    try responses[0].check()
    guard try responses[1].bytes() == bytes else {
      throw RemoteError(.writeIgnored, "the write of \(register.name) was not carried out")
    }
  }

  /// Whether its stub takes addresses as physical.
  package var isInPhysicalMode: Bool { isPhysical }

  /// Whether the CPU is at EL2, for the regime of virtual addresses.
  package var isAtEL2: Bool { SPSR_EL2(rawValue: self["cpsr"]).exceptionLevel == 2 }

  var regime: FakeMemory.Regime {
    // A program has only one address space.
    isPhysical ? .physical : isAtEL2 || !isMachine ? .hypervisor : .guest
  }

  package func physicalMemory<R>(_ body: () throws -> R) throws -> R {
    try requireStopped()
    trace.append("physical on")
    try carryOut { isPhysical = true }
    defer {
      trace.append("physical off")
      // If the connection breaks here, the next request finds out.
      try? carryOut {}
      isPhysical = false
    }
    return try body()
  }

  package func physicalBatch(_ requests: [Request]) throws(RemoteError) -> [Response] {
    try requireStopped()
    guard !isPhysical else { return try batch(requests) }
    guard !requests.contains(where: { $0.writesMemory }) else {
      trace.append("physical on")
      try carryOut { isPhysical = true }
      defer {
        trace.append("physical off")
        try? carryOut {}
        isPhysical = false
      }
      return try batch(requests)
    }
    let texts = ["physical on"] + requests.map(Self.text) + ["physical off"]
    trace.append(texts.joined(separator: " | "))
    try carryOut { isPhysical = true }
    defer { isPhysical = false }
    let responses = try answers(to: requests)
    try carryOut {}
    return responses
  }

  func requireStopped() throws(RemoteError) {
    switch state {
    case .stopped: return
    case .running: throw RemoteError(.targetRunning, "the target is running")
    case .ended: throw RemoteError(.targetEnded, "the target has ended")
    case .disconnected: throw RemoteError(.connectionClosed, "there is no connection")
    }
  }

  package func batch(_ requests: [Request]) throws(RemoteError) -> [Response] {
    try requireStopped()
    trace.append(requests.map(Self.text).joined(separator: " | "))
    return try answers(to: requests)
  }

  func answers(to requests: [Request]) throws(RemoteError) -> [Response] {
    var responses: [Response] = []
    for request in requests { try carryOut { responses.append(answer(request)) } }
    return responses
  }

  /// Carries out a packet's request, unless the connection breaks first.
  func carryOut(isResume: Bool = false, _ body: () -> Void) throws(RemoteError) {
    guard packetLimit != 0 else { throw die() }
    packetLimit = packetLimit.map { $0 - 1 }
    body()
    // A step's answer is its stop.
    if packetLimit == 0, !answersLastPacket, !isResume { throw die() }
  }

  func die() -> RemoteError {
    state = .disconnected
    return RemoteError(.connectionClosed, "the stub closed the connection")
  }

  func answer(_ request: Request) -> Response {
    let text = Self.text(of: request)
    if let index = failures.firstIndex(where: { $0.request == text }) {
      return .failed(failures.remove(at: index).error)
    }
    if let count = refusesRequest {
      refusesRequest = count > 0 ? count - 1 : nil
      if count == 0 { return .failed(RemoteError(.stubError(0x14), "the stub answered E20")) }
    }
    switch request {
    case .generalRegisters:
      let bytes = registers.all.prefix(model.generalCount).flatMap { self.bytes(of: $0) }
      return .generalRegisters(GeneralRegisters(bytes, in: registers))
    case .register(let register):
      return .bytes(bytes(of: register))
    case .writeRegister(let register, let bytes):
      write(register, bytes)
      return .done
    case .memory(let address, let byteCount):
      guard let bytes = memory.read(address, byteCount: byteCount, regime) else {
        return .failed(
          RemoteError(.memoryUnreadable, "memory at 0x\(String(address, radix: 16))"))
      }
      return .bytes(bytes)
    case .writeMemory(let address, let bytes):
      guard memory.write(bytes, at: address, regime) else {
        return .failed(
          RemoteError(.memoryUnwritable, "memory at 0x\(String(address, radix: 16))"))
      }
      return .done
    }
  }

  static func text(of request: Request) -> String {
    switch request {
    case .generalRegisters: return "g"
    case .register(let register): return "p \(register.name)"
    case .writeRegister(let register, let bytes):
      return "P \(register.name)=\(hexadecimal(RegisterDescription.integer(bytes) ?? 0))"
    case .memory(let address, let byteCount): return "m \(hexadecimal(address))+\(byteCount)"
    case .writeMemory(let address, let bytes):
      let digits = bytes.map { String(UInt16($0) + 0x100, radix: 16).dropFirst() }.joined()
      return "M \(hexadecimal(address))=\(digits)"
    }
  }

  static func hexadecimal(_ value: UInt64) -> String { "0x" + String(value, radix: 16) }
}

extension Request {
  fileprivate var writesMemory: Bool {
    if case .writeMemory = self { true } else { false }
  }
}
