/// The task that a kernel runs on a CPU.
public struct KernelTask: Equatable, Sendable {
  /// Where its `task_struct` is, in the kernel's addresses.
  public let address: UInt64
  /// Its name: `comm`.
  public let name: String
  /// The thread's number: `pid`.
  public let thread: Int
  /// The process's number: `tgid`.
  public let process: Int
  /// Whether it has no memory of its own: it is a thread of the kernel.
  public let isKernelThread: Bool
  /// Where its kernel stack begins.
  public let stack: UInt64

  /// The members that are read.
  struct Layout {
    let comm: KernelMember
    let pid: KernelMember
    let tgid: KernelMember
    let mm: KernelMember
    let stack: KernelMember

    /// Nil if a kernel's `task_struct` isn't of this form.
    init?(_ types: any KernelTypes) {
      func member(_ name: String, _ bits: ClosedRange<Int>) -> KernelMember? {
        types.member(name, of: "task_struct").flatMap {
          bits.contains($0.bitCount) && $0.bitOffset % 8 == 0 && $0.end < 1 << 16 ? $0 : nil
        }
      }
      guard let comm = member("comm", 64...1024), let pid = member("pid", 32...32),
        let tgid = member("tgid", 32...32), let mm = member("mm", 64...64),
        let stack = member("stack", 64...64)
      else { return nil }
      (self.comm, self.pid, self.tgid, self.mm, self.stack) = (comm, pid, tgid, mm, stack)
    }
  }

  /// PID_MAX_LIMIT, of kernels with 64 bits.
  private static let numberLimit = 4 << 20

  /// The task at an address; nil if no task can be there, or memory has none.
  ///
  /// - Throws: what `read` throws.
  init?(
    at address: UInt64, _ layout: Layout,
    read: (_ address: UInt64, _ byteCount: Int) throws -> [UInt8]?
  ) throws {
    guard Self.isKernelAddress(address), address % 16 == 0 else { return nil }
    func bytes(_ member: KernelMember) throws -> [UInt8]? {
      try read(address &+ UInt64(member.offset), member.byteCount)
    }
    func number(_ member: KernelMember) throws -> UInt64? {
      try bytes(member).flatMap {
        KernelMember(bitOffset: 0, bitCount: member.bitCount).value(in: $0)
      }
    }
    guard let comm = try bytes(layout.comm), let end = comm.firstIndex(of: 0), end > 0,
      comm[..<end].allSatisfy({ $0 >= 0x20 && $0 != 0x7f }),
      let name = String(validating: comm[..<end], as: UTF8.self),
      let pid = try number(layout.pid), pid < Self.numberLimit,
      let tgid = try number(layout.tgid), tgid < Self.numberLimit,
      let mm = try number(layout.mm), mm == 0 || Self.isKernelAddress(mm),
      let stack = try number(layout.stack), Self.isKernelAddress(stack), stack % 4096 == 0
    else { return nil }
    self.address = address
    self.name = name
    thread = Int(pid)
    process = Int(tgid)
    isKernelThread = mm == 0
    self.stack = stack
  }

  static func isKernelAddress(_ address: UInt64) -> Bool { address >> 55 == 0x1ff }
}
