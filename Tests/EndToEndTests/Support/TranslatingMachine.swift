import Foundation
import Glibc
import TestSupport

/// QEMU with a program that translates addresses by AT instructions, by tables that a test writes to the machine's memory:
/// `Tests/Hypervisors/Translator`. No stub is asked, so thousands of translations take a moment.
final class TranslatingMachine {
  /// Where it has memory; above it is nothing, and below it are devices.
  static let ram: Range<UInt64> = 0x4000_0000..<0xc000_0000
  /// Memory that the program doesn't use.
  static let free: Range<UInt64> = 0x5000_0000..<0xc000_0000
  /// How many results there are for each address, in the order of the program.
  static let operationCount = 12

  /// Registers, and addresses to translate by them.
  struct Case {
    var registers: ModelRegisters
    var addresses: [UInt64]
  }

  private static let mailbox: UInt64 = 0x4040_0000
  private static let cases: UInt64 = 0x4041_0000
  private static let lists: UInt64 = 0x4200_0000

  private let process: pid_t
  private let folder: TemporaryFolder
  private let memory: Int32

  /// - Parameters:
  ///   - cpu: QEMU's name of the CPU, with its options.
  ///   - hasEL3: whether the program runs at EL3 and sets EL2's own translation too; else it runs at EL2.
  init(cpu: String, hasEL3: Bool) throws {
    let folder = try TemporaryFolder()
    self.folder = folder
    let program = folder.path + "/program"
    try Programs.run(
      Built.file("Tests/Hypervisors/build"),
      ["Translator", program, "-DMAILBOX=0x" + String(Self.mailbox, radix: 16)])
    let path = try folder.file("memory", "")
    memory = open(path, O_RDWR | O_CLOEXEC)
    let byteCount = Self.ram.upperBound - Self.ram.lowerBound
    guard memory >= 0, ftruncate(memory, Int(byteCount)) == 0 else {
      throw HarnessError.system("making \(path)")
    }
    process = try ChildProcess.start(
      [
        "timeout", "--kill-after=1", "600", "qemu-system-aarch64",
        "-M",
        "virt,virtualization=on,highmem=off,memory-backend=ram,secure=\(hasEL3 ? "on" : "off")",
        "-object", "memory-backend-file,id=ram,size=\(byteCount),mem-path=\(path),share=on",
        "-m", "\(byteCount >> 20)M", "-cpu", cpu, "-nic", "none", "-display", "none",
        "-monitor", "none", "-serial", "none", "-device", "loader,file=\(program),cpu-num=0",
      ], environment: ProcessInfo.processInfo.environment, descriptors: [])
    let isReady = try eventually(within: .seconds(20)) {
      try read(2, at: Self.mailbox + 16) == [0x7264_795f, hasEL3 ? 3 : 2]
    }
    guard isReady else { throw HarnessError("the program has not begun") }
  }

  deinit {
    Glibc.kill(-process, SIGKILL)
    _ = eventually { ChildProcess.status(of: process) != nil }
    close(memory)
  }

  /// ID_AA64MMFR0_EL1 to ID_AA64MMFR3_EL1.
  func features() throws -> [UInt64] { try read(4, at: Self.mailbox + 32) }

  /// Writes doublewords to the machine's memory.
  func write(_ words: [UInt64], at address: UInt64) throws {
    let count = words.withUnsafeBytes {
      pwrite(memory, $0.baseAddress, $0.count, off_t(address - Self.ram.lowerBound))
    }
    guard count == words.count * 8 else { throw HarnessError.system("writing the memory") }
  }

  private func read(_ count: Int, at address: UInt64) throws -> [UInt64] {
    var words = [UInt64](repeating: 0, count: count)
    let done = words.withUnsafeMutableBytes {
      pread(memory, $0.baseAddress, $0.count, off_t(address - Self.ram.lowerBound))
    }
    guard done == count * 8 else { throw HarnessError.system("reading the memory") }
    return words
  }

  /// Translates the addresses of cases.
  ///
  /// - Returns: for each case and each of its addresses the values of PAR_EL1.
  func run(_ cases: [Case]) throws -> [[[UInt64]]] {
    var list = Self.lists
    var results: [UInt64] = []
    for (index, one) in cases.enumerated() {
      let count = UInt64(one.addresses.count)
      try write(one.addresses, at: list)
      let result = list + count * 8
      results.append(result)
      try write(
        Self.words(of: one.registers) + [list, count, result],
        at: Self.cases + UInt64(index) * 128)
      list = result + count * UInt64(Self.operationCount) * 8
    }
    precondition(list < Self.free.lowerBound && cases.count < 1000)
    try write([Self.cases], at: Self.mailbox + 8)
    try write([UInt64(cases.count)], at: Self.mailbox)
    let isDone = try eventually(within: .seconds(60)) {
      try read(1, at: Self.mailbox) == [0] || read(1, at: Self.mailbox + 64) != [0]
        || ChildProcess.hasEnded(process)
    }
    let exception = try read(2, at: Self.mailbox + 64)
    guard isDone, exception[0] == 0 else {
      let state = ChildProcess.status(of: process).map { "QEMU ended with \($0)" } ?? "QEMU runs"
      throw HarnessError(
        "the program has not ended: \(exception.map { String($0, radix: 16) }), \(state)")
    }
    return try zip(cases, results).map { one, result in
      let values = try read(one.addresses.count * Self.operationCount, at: result)
      return stride(from: 0, to: values.count, by: Self.operationCount).map {
        Array(values[$0..<$0 + Self.operationCount])
      }
    }
  }

  /// The registers in the order of the program; those that the regime doesn't have are 0.
  private static func words(of registers: ModelRegisters) -> [UInt64] {
    let isEL1 = registers.regime == .el10
    func pair(_ value: UInt64) -> [UInt64] { isEL1 ? [value, 0] : [0, value] }
    let bases =
      isEL1
      ? [registers.ttbr0, registers.ttbr1, 0, 0] : [0, 0, registers.ttbr0, registers.ttbr1]
    // EL1 is AArch64.
    return [registers.hcr | 1 << 31] + pair(registers.sctlr) + pair(registers.tcr) + bases
      + pair(registers.mair) + [registers.vtcr, registers.vttbr]
  }
}
