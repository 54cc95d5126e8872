extension RemoteTarget {
  /// The most bytes that one request reads.
  static let memoryLimit = 1 << 28

  /// Carries out several requests, in order: in one write if the stub takes that, one by one
  /// otherwise.
  ///
  /// A request that fails does not stop the others; only a broken connection throws.
  public func batch(_ requests: [Request]) throws(RemoteError) -> [Response] {
    try requireStopped()
    return try carryOut(requests, thenResume: nil)
  }

  /// The packets of `requests`, behind one that turns the stub to the wanted thread if needed, and
  /// before the resume.
  func carryOut(
    _ requests: [Request], thenResume resume: Command?, prefix: [Command] = []
  ) throws(RemoteError) -> [Response] {
    for case .memory(_, let byteCount) in requests {
      guard 0...Self.memoryLimit ~= byteCount else {
        throw RemoteError(.requestTooLong, "\(byteCount) bytes of memory cannot be read at once")
      }
    }
    if lacksSingleRegisters, resume == nil, requests.count > 1,
      requests.contains(where: \.isRegisterWrite)
    {
      // Such a write is two exchanges, and what comes after it must see it.
      var responses: [Response] = []
      for request in requests { responses += try carryOut([request], thenResume: nil) }
      return responses
    }
    let selection = requests.isEmpty ? nil : threadSelection()
    var commands = (selection.map { [$0] } ?? []) + prefix
    let prefixCount = commands.count
    var replyByteCounts = [Int](repeating: 64, count: prefixCount)
    var counts: [Int] = []
    for request in requests {
      let before = commands.count
      append(request, to: &commands, &replyByteCounts)
      counts.append(commands.count - before)
    }
    if let resume {
      commands.append(resume)
      replyByteCounts.append(64)
    }
    let replies = try exchange(commands) { replyByteCounts[$0] }
    if selection != nil { try noteSelection(replies[0]) }

    var responses: [Response] = []
    var index = prefixCount
    for (request, count) in zip(requests, counts) {
      let slice = replies[index..<index + count]
      index += count
      do throws(RemoteError) {
        responses.append(try response(to: request, slice, canAskAgain: resume == nil))
      } catch {
        responses.append(.failed(error))
      }
    }
    return responses
  }

  private func append(
    _ request: Request, to commands: inout [Command], _ replyByteCounts: inout [Int]
  ) {
    switch request {
    case .generalRegisters:
      commands.append(.readGeneralRegisters)
      replyByteCounts.append(2048)
    case .register(let register):
      commands.append(
        lacksSingleRegisters ? .readGeneralRegisters : .readRegister(register.number))
      replyByteCounts.append(lacksSingleRegisters ? 2048 : 2 * register.byteCount)
    case .writeRegister(let register, let bytes):
      // A value of the wrong size is not sent: stubs read beyond one that is too short.
      guard bytes.count == register.byteCount else { return }
      commands.append(.writeRegister(register.number, bytes))
      replyByteCounts.append(8)
    case .memory(let address, let byteCount):
      for chunk in chunks(address, byteCount, limit: profile.readLimit) {
        commands.append(.readMemory(at: chunk.address, byteCount: chunk.range.count))
        replyByteCounts.append(2 * chunk.range.count)
      }
    case .writeMemory(let address, let bytes):
      for chunk in chunks(address, bytes.count, limit: profile.writeLimit) {
        commands.append(.writeMemory(at: chunk.address, Array(bytes[chunk.range])))
        replyByteCounts.append(8)
      }
    }
  }

  private func response(
    to request: Request, _ replies: ArraySlice<[UInt8]>, canAskAgain: Bool
  ) throws(RemoteError) -> Response {
    switch request {
    case .generalRegisters:
      return .generalRegisters(try generalRegisters(replies.first ?? []))
    case .register(let register):
      return .bytes(try bytes(of: register, replies.first ?? [], canAskAgain: canAskAgain))
    case .writeRegister(let register, let bytes):
      guard let reply = replies.first else { throw wrongSize(register, bytes.count) }
      if canAskAgain, StandardReply(reply) == .unsupported {
        try writeAmongAll(register, bytes)
        return .done
      }
      try StandardReply.requireOK(reply, of: "the write of \(register.name)")
      return .done
    case .memory(let address, let byteCount):
      let chunks = chunks(address, byteCount, limit: profile.readLimit)
      return .bytes(try memory(chunks, replies, byteCount, canAskAgain: canAskAgain))
    case .writeMemory(let address, let bytes):
      let chunks = chunks(address, bytes.count, limit: profile.writeLimit)
      for (chunk, reply) in zip(chunks, replies) {
        try MemoryReply.requireWritten(reply, at: chunk.address, byteCount: chunk.range.count)
      }
      return .done
    }
  }
}
