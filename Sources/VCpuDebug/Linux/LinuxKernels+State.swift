/// What a kernel is doing: its log, and the task that it runs.
extension LinuxKernels {
  /// The types of a kernel: those of a file with debug information, or its own in memory.
  private func types(
    _ key: Key, _ view: KernelView, _ given: (any KernelTypes)?, _ check: () throws -> Void
  ) throws -> any KernelTypes {
    if let given { return given }
    if let known = details[key]?.types, let known { return known }
    let types = try Self.types(view, tables: details[key]?.tables, check)
    details[key, default: Details()].types = .some(types)
    guard let types else {
      throw Failure.notFound(
        "the kernel has no types in its memory: it was built without BTF, and no file with its debug information is loaded"
      )
    }
    return types
  }

  /// The types are at the end of what is read-only: after the names, before the code of the start.
  private static func types(
    _ view: KernelView, tables: Int?, _ check: () throws -> Void
  ) throws -> BTF? {
    let end = min(
      ["__stop_BTF", "_sinittext", "__inittext_begin", "__init_begin"].lazy
        .compactMap(view.address).map(view.offset).first { $0 > 0 } ?? Int.max,
      view.kernel.bytes.byteCount)
    let start = max(0, min(view.address(of: "_etext").map(view.offset) ?? 0, end))
    let middle = max(start, min(tables ?? start, end))
    return try BTF(
      view.kernel.bytes, at: view.address(of: "__start_BTF").map(view.offset),
      in: [middle..<end, start..<middle], check: check)
  }

  // MARK: The log

  /// The newest records of the log of the kernel whose addresses a space has, the oldest of them first.
  ///
  /// - Parameters:
  ///   - space: whose kernel it is.
  ///   - limit: how many records at most; nil for all that there are.
  ///   - types: the kernel's types, if a file has them.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: `Failure`, and what reading the target throws.
  func log(
    in space: AddressSpace, limit: Int?, types given: (any KernelTypes)?,
    check: () throws -> Void = {}
  ) throws -> (records: [KernelLogRecord], lostCount: Int) {
    let (key, view) = try view(of: space, check: check)
    let types = try types(key, view, given, check)
    guard let layout = KernelLog.Layout(types) else {
      throw Failure.notFound(
        "the kernel's log has another form than printk_ringbuffer, which Linux has from 5.10 on")
    }
    let log = try log(key, view, layout, check)
    return try log.records(limit: limit, check: check)
  }

  /// Functions that use the log, in some of the versions.
  private static let loggers = [
    "kmsg_dump_get_buffer", "kmsg_dump_get_line", "kmsg_dump_rewind", "devkmsg_read",
    "devkmsg_llseek", "devkmsg_open", "vprintk_store", "syslog_print", "syslog_print_all",
    "do_syslog", "do_syslog.part.0", "console_unlock", "printk_get_next_message", "setup_log_buf",
    "log_buf_vmcoreinfo_setup", "console_flush_all", "console_init_seq", "early_printk",
  ]

  private func log(
    _ key: Key, _ view: KernelView, _ layout: KernelLog.Layout, _ check: () throws -> Void
  ) throws -> KernelLog {
    func log(at place: Details.LogPlace) throws -> KernelLog? {
      var address = place.address
      if place.isPointer {
        guard address % 8 == 0, let pointer = try view.read(address, 8)?.u64(0) else { return nil }
        address = pointer
      }
      guard let log = try KernelLog(at: address, layout, read: view.read) else { return nil }
      details[key, default: Details()].log = place
      return log
    }
    if let known = details[key]?.log, let log = try log(at: known) { return log }
    // `prb` is a pointer: a kernel with many CPUs has a larger log than the one that it starts with.
    var pointers = view.address(of: "prb").map { [$0] } ?? []
    for name in Self.loggers {
      pointers += try view.code(of: name)?.dataAddresses ?? []
    }
    for pointer in pointers {
      try check()
      if let log = try log(at: .init(address: pointer, isPointer: true)) { return log }
    }
    // Without names of code that uses it: by what it must be.
    let start = ["_sinittext", "_etext"].lazy.compactMap(view.address).map(view.offset).first ?? 0
    if let address = try Self.search(view, from: max(0, start), layout, check),
      let log = try log(at: .init(address: address, isPointer: false))
    {
      return log
    }
    throw Failure.notFound("the kernel's log wasn't found in its memory")
  }

  /// The first structure in the kernel's data that is a log's.
  private static func search(
    _ view: KernelView, from start: Int, _ layout: KernelLog.Layout, _ check: () throws -> Void
  ) throws -> UInt64? {
    let bytes = view.kernel.bytes
    var start = start & ~7
    while start < bytes.byteCount {
      try check()
      // The next one may begin in this block, and end in the one after it.
      let count = min(KernelBytes.blockByteCount, bytes.byteCount - start)
      let block = try bytes.bytes(start, min(count + layout.ring, bytes.byteCount - start)) ?? []
      for place in stride(from: 0, through: block.count - layout.ring, by: 8)
      where block[place] != 0 && KernelLog.mayBe(block[place..<place + layout.ring], layout) {
        let address = view.address(at: start + place)
        if try KernelLog(at: address, layout, read: view.read) != nil { return address }
      }
      start += count
    }
    return nil
  }

  // MARK: The task

  /// What a CPU's registers tell about the task.
  struct TaskRegisters {
    /// The exception level of the kernel's or the program's code.
    let exceptionLevel: Int
    /// SP_EL0, which is the current task while the kernel runs.
    let stackPointerEL0: UInt64?
    /// SP_EL1, which while a program runs is the end of the task's kernel stack.
    let stackPointerEL1: UInt64?
    /// How far the CPU's own variables are from their addresses: TPIDR_EL1, or TPIDR_EL2 of a kernel at EL2.
    let perCPU: (_ isAtEL2: Bool) throws -> UInt64
  }

  /// The code that an exception of a program enters the kernel by, in some of the versions.
  private static let entries = ["el0t_64_sync", "el0_sync", "el0t_64_irq", "el0_irq"]

  /// The task that the kernel runs on a CPU.
  ///
  /// - Parameters:
  ///   - space: whose kernel it is.
  ///   - registers: the CPU's registers.
  ///   - types: the kernel's types, if a file has them.
  ///   - check: is called now and then; throws to give up.
  /// - Throws: `Failure`, and what reading the target throws.
  func task(
    in space: AddressSpace, _ registers: TaskRegisters, types given: (any KernelTypes)?,
    check: () throws -> Void = {}
  ) throws -> KernelTask {
    let (key, view) = try view(of: space, check: check)
    guard let layout = KernelTask.Layout(try types(key, view, given, check)) else {
      throw Failure.notFound("the kernel's types have no task_struct of a known form")
    }
    if registers.exceptionLevel > 0, let address = registers.stackPointerEL0,
      let task = try KernelTask(at: address, layout, read: view.read)
    {
      return task
    }
    // A program's SP_EL0 is its stack, also in the first instructions of the kernel's entry.
    var entry: (address: UInt64, isAtEL2: Bool)?
    for name in Self.entries where entry == nil { entry = try view.code(of: name)?.entryTask }
    guard let entry else {
      throw Failure.notFound(
        "where the kernel has its current task isn't known: the code of el0t_64_sync doesn't say")
    }
    let place = entry.address &+ (try registers.perCPU(entry.isAtEL2))
    guard let address = try view.read(place, 8)?.u64(0),
      let task = try KernelTask(at: address, layout, read: view.read)
    else {
      throw Failure.notFound(
        "the CPU's pointer to its current task, at 0x\(String(place, radix: 16)), leads to none")
    }
    if registers.exceptionLevel == 0, let stack = registers.stackPointerEL1,
      !(1...UInt64(1 << 17)).contains(stack &- task.stack)
    {
      throw Failure.notFound(
        "the task '\(task.name)' isn't the one that runs: SP_EL1 isn't on its stack")
    }
    return task
  }
}
