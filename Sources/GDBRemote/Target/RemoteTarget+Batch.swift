extension RemoteTarget {
  /// The most bytes that one request may read.
  static let memoryLimit = 1 << 28

  /// Carries out several requests, in order: in one write if the stub supports that, or else one by
  /// one.
  ///
  /// A request that fails does not stop the others; only a broken connection throws. A stub's OK to a
  /// write is not trusted: each kind of register and each page is read back once.
  public func batch(_ requests: [Request]) throws(RemoteError) -> [Response] {
    try requireStopped()
    return try carryOut(requests, thenResume: nil)
  }

  /// Sends the packets of `requests`: after the one that selects the wanted thread, if that is
  /// needed, and before the resume.
  func carryOut(
    _ requests: [Request], thenResume resume: Command?, of chosen: ThreadID? = nil
  ) throws(RemoteError) -> [Response] {
    for request in requests { try prepare(request) }
    let writes = requests.contains(where: \.isWrite)
    if lacksSingleRegisterWrites, requests.contains(where: \.isRegisterWrite),
      requests.count > 1 || resume != nil
    {
      // Such a write takes several exchanges, and later requests must see its result.
      var responses: [Response] = []
      for request in requests { responses += try carryOut([request], thenResume: nil) }
      if let resume { _ = try carryOut([], thenResume: resume, of: chosen) }
      return responses
    }
    var packets = PacketList()
    var selection = requests.isEmpty ? nil : threadToSelect
    if let thread = selection {
      if profile.pipelines, !writes, resume == nil {
        packets.append(.selectThread(thread))
      } else {
        // A write must go to that thread, and not to the previous one if that thread is gone.
        try noteSelection(of: thread, try exchange(.selectThread(thread)))
        selection = nil
      }
    }
    if let chosen { try chooseResumed(chosen) }
    var plans: [RequestPlan] = []
    plans.reserveCapacity(requests.count)
    for request in requests {
      let start = packets.commands.count
      var plan = RequestPlan(reading: plan(request, &packets))
      plan.replies = start..<packets.commands.count
      plans.append(plan)
    }
    if let resume { packets.append(resume) }
    let replyByteCounts = packets.replyByteCounts
    let replies =
      resume == nil || !isNonStop
      ? try exchange(packets.commands) { replyByteCounts[$0] }
      : try exchangeInNonStop(packets.commands)
    if let selection { try noteSelection(of: selection, replies[0]) }

    // A request that is sent now would see the result of the batch's writes.
    return responses(
      to: plans, replies, canAskAgain: resume == nil && !writes, isRunning: resume != nil)
  }

  /// The plans of requests that change nothing, whose packets are appended.
  func planReads(
    _ requests: [Request], _ packets: inout PacketList
  ) throws(RemoteError) -> [RequestPlan] {
    var plans: [RequestPlan] = []
    plans.reserveCapacity(requests.count)
    for request in requests {
      try prepare(request)
      let start = packets.commands.count
      var plan = RequestPlan(reading: plan(request, &packets))
      plan.replies = start..<packets.commands.count
      plans.append(plan)
    }
    return plans
  }

  /// What the replies to a batch say about each request.
  func responses(
    to plans: [RequestPlan], _ replies: [[UInt8]], canAskAgain: Bool = false,
    isRunning: Bool = false
  ) -> [Response] {
    plans.map { plan in
      do throws(RemoteError) {
        return try response(
          plan.reading, replies[plan.replies], canAskAgain: canAskAgain, isRunning: isRunning)
      } catch {
        return .failed(error)
      }
    }
  }

  /// Finds out what is needed to make the packets of a request.
  private func prepare(_ request: Request) throws(RemoteError) {
    switch request {
    case .memory(_, let byteCount):
      guard 0...Self.memoryLimit ~= byteCount else {
        throw RemoteError(.requestTooLong, "\(byteCount) bytes of memory cannot be read at once")
      }
    case .writeMemory(let address, let bytes) where takesBinaryWrites == nil && bytes.count > 64:
      guard profile.traits.takesBinaryWrites else {
        takesBinaryWrites = false
        return
      }
      let reply = try exchange(.writeBinaryMemory(at: address, []))
      takesBinaryWrites = StandardReply(reply) == .ok
    case .writeRegister(let register, _) where !hasTriedSingleRegister:
      hasTriedSingleRegister = true
      try trySingleRegister(registers.programCounter ?? register)
    case .writeMemory, .register, .writeRegister, .generalRegisters: break
    }
  }

  private func plan(_ request: Request, _ packets: inout PacketList) -> RequestPlan.Reading {
    switch request {
    case .generalRegisters where lacksGeneralRegisters:
      let core = registers.core
      for register in core {
        packets.append(.readRegister(register.number), replyByteCount: 2 * register.byteCount)
      }
      return .coreRegisters(core)
    case .generalRegisters:
      packets.append(.readGeneralRegisters, replyByteCount: 2048)
      return .generalRegisters
    case .register(let register):
      if lacksSingleRegisters {
        packets.append(.readGeneralRegisters, replyByteCount: 2048)
        return .registerAmongAll(register)
      }
      packets.append(.readRegister(register.number), replyByteCount: 2 * register.byteCount)
      return .register(register)
    case .writeRegister(let register, let bytes):
      return planWrite(register, bytes, &packets)
    case .memory(let address, let byteCount):
      let chunks = RequestPlan.Chunk.parts(address, byteCount, limit: profile.readLimit)
      for chunk in chunks {
        packets.append(
          readCommand(chunk.address, chunk.range.count), replyByteCount: 2 * chunk.range.count)
      }
      return .memory(at: address, byteCount: byteCount, chunks)
    case .writeMemory(let address, let bytes):
      return planWrite(address, bytes, &packets)
    }
  }

  private func planWrite(
    _ register: RegisterDescription, _ bytes: [UInt8], _ packets: inout PacketList
  ) -> RequestPlan.Reading {
    // A value of the wrong size is not sent: stubs read past the end of one that is too short.
    guard bytes.count == register.byteCount else {
      return .refused(wrongSize(register, bytes.count))
    }
    guard !profile.isReplaying else { return .refused(Self.replaying) }
    // The register may change what addresses mean.
    writeTruth.forgetMemory()
    guard !writeTruth.ignores(register) else { return .refused(writeIgnored(register, nil)) }
    guard !lacksSingleRegisterWrites else { return .writeAmongAll(register, bytes) }
    let isChecked = verifiesWrites && !writeTruth.keeps(register)
    if isChecked {
      packets.append(.readRegister(register.number), replyByteCount: 2 * register.byteCount)
    }
    packets.append(.writeRegister(register.number, bytes))
    if isChecked {
      packets.append(.readRegister(register.number), replyByteCount: 2 * register.byteCount)
    }
    return .registerWrite(register, bytes, isChecked: isChecked)
  }

  private func planWrite(
    _ address: UInt64, _ bytes: [UInt8], _ packets: inout PacketList
  ) -> RequestPlan.Reading {
    guard !profile.isReplaying || isLoading else { return .refused(Self.replaying) }
    let chunks: [RequestPlan.Chunk]
    let samples = samples(address, bytes.count)
    for sample in samples {
      packets.append(.readMemory(at: sample.address, byteCount: sample.range.count))
    }
    if takesBinaryWrites == true, bytes.count > 64 {
      let limit = max(2, profile.payloadLimit - Command.writeMemoryOverhead)
      chunks = RequestPlan.Chunk.escapedParts(address, bytes, limit: limit)
      for chunk in chunks {
        packets.append(.writeBinaryMemory(at: chunk.address, Array(bytes[chunk.range])))
      }
    } else {
      chunks = RequestPlan.Chunk.parts(address, bytes.count, limit: profile.writeLimit)
      for chunk in chunks {
        packets.append(.writeMemory(at: chunk.address, Array(bytes[chunk.range])))
      }
    }
    for sample in samples {
      packets.append(.readMemory(at: sample.address, byteCount: sample.range.count))
    }
    return .memoryWrite(bytes, chunks, samples)
  }

  private func response(
    _ reading: RequestPlan.Reading, _ replies: ArraySlice<[UInt8]>, canAskAgain: Bool,
    isRunning: Bool
  ) throws(RemoteError) -> Response {
    switch reading {
    case .refused(let error): throw error
    case .generalRegisters:
      return .generalRegisters(
        try generalRegisters(replies.first ?? [], canAskAgain: canAskAgain))
    case .coreRegisters(let core):
      return .generalRegisters(try generalRegisters(core, replies))
    case .register(let register):
      return .bytes(try bytes(of: register, replies.first ?? [], canAskAgain: canAskAgain))
    case .registerAmongAll(let register):
      return .bytes(try bytes(of: register, in: generalRegisters(replies.first ?? [])))
    case .writeAmongAll(let register, let bytes):
      guard !isRunning else {
        throw RemoteError(.unsupported, "the stub cannot write \(register.name) alone")
      }
      try writeAmongAll(register, bytes)
      return .done
    case .registerWrite(let register, let bytes, let isChecked):
      try checkWrite(register, bytes, Array(replies), isChecked: isChecked)
      return .done
    case .memory(let address, let byteCount, let chunks):
      return .bytes(
        try memory(address, byteCount, chunks, replies, canAskAgain: canAskAgain))
    case .memoryWrite(let bytes, let chunks, let samples):
      for (chunk, reply) in zip(chunks, replies.dropFirst(samples.count)) {
        try MemoryReply.requireWritten(reply, at: chunk.address, byteCount: chunk.range.count)
      }
      let found = replies.dropFirst(samples.count + chunks.count)
      for (sample, (old, new)) in zip(samples, zip(replies, found)) {
        try checkSample(sample, of: bytes, old: old, new: new)
      }
      return .done
    }
  }
}
