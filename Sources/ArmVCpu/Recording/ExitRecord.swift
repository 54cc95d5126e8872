internal import CArmVCpu

/// A record of the recorder's ring: an exit in 64 bytes, as `observer.h` describes it.
public struct ExitRecord: Equatable, Sendable {
  /// The number of the exit on its CPU, from 0; its lowest 32 bits.
  public var sequence: UInt32
  /// The number of the vCPU, which has fewer than 17 bits.
  public var vcpu: UInt16
  /// The number of the VM, its lowest 16 bits.
  public var vm: UInt16
  /// CNTVCT_EL0 at the exit.
  public var time: UInt64
  /// How long the CPU handled the exit before this one, in ticks; its lowest 32 bits.
  public var lastDuration: UInt32
  /// SPSR_EL2, its lowest 32 bits.
  public var spsr: UInt32
  /// The trap kind.
  public var kind: TrapKind?
  /// ESR_EL2, without bits 63:62, which are reserved. At an interrupt, that of an earlier exit.
  public var esr: UInt64
  /// FAR_EL2.
  public var far: UInt64
  /// HPFAR_EL2.
  public var hpfar: UInt64
  /// ELR_EL2: the guest's PC.
  public var elr: UInt64
  /// The register that a load, a store, MRS or MSR transfers, as it was at the exit; x0 at any other exit.
  public var value: UInt64

  /// The size of a record in bytes.
  public static var byteCount: Int { Int(AVCPU_RECORD_SIZE) }

  /// A record that was read from memory: eight doublewords, little-endian.
  @inlinable
  public init(_ words: (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)) {
    sequence = UInt32(truncatingIfNeeded: words.0)
    vcpu = UInt16(truncatingIfNeeded: words.0 >> 32)
    vm = UInt16(truncatingIfNeeded: words.0 >> 48)
    time = words.1
    lastDuration = UInt32(truncatingIfNeeded: words.2)
    spsr = UInt32(truncatingIfNeeded: words.2 >> 32)
    kind = TrapKind(rawValue: UInt8(truncatingIfNeeded: words.3 >> 62))
    esr = words.3 & ~(3 << 62)
    far = words.4
    hpfar = words.5
    elr = words.6
    value = words.7
  }
}

/// The layout of the recorder's memory, and of what belongs to it in a CPU's own memory.
public enum RecorderLayout {
  /// The size of each CPU's part of the recorder's memory, in bytes.
  public static var stride: UInt64 { UInt64(AVCPU_RECORDER_STRIDE) }
  /// How many records a CPU's ring has: a power of two.
  public static var recordCount: Int { Int(AVCPU_RING_RECORD_COUNT) }
  /// How far a ring's counters are below it, in bytes.
  public static var cellsBelowRing: UInt64 {
    UInt64(AVCPU_RECORDER_RING - AVCPU_RECORDER_CELLS)
  }
  /// The size of a cell in bytes: a doubleword with the sum of its times, which is the place of the count for 0 leading
  /// zeros, then a doubleword for each number of leading zeros up to 64.
  public static var cellByteCount: Int { 1 << Int(AVCPU_CELL_SHIFT) }
  /// How many cells a CPU has.
  public static var cellCount: Int { Int(AVCPU_CELL_LIMIT) }
  /// The cell of no exit: nothing in it means anything.
  public static var cellOfNone: Int { Int(AVCPU_CELL_NONE) }

  /// The offsets in a CPU's own memory, from `DebugDescriptor.recorderOffset`: the time of the exit that the CPU
  /// handles, the address of its cell, how many records were written, the address of the ring.
  public static var openTime: UInt64 { 0 }
  /// Likewise.
  public static var openCell: UInt64 { 8 }
  /// Likewise.
  public static var sequence: UInt64 { 16 }
  /// Likewise.
  public static var ring: UInt64 { 24 }

  /// What the exits of a cell have in common.
  public enum Cell: Equatable, Sendable {
    /// A trap kind that isn't synchronous.
    case kind(TrapKind)
    /// Data aborts: whether they are writes, whether they are accesses to emulate.
    case dataAbort(isWrite: Bool, isAccess: Bool)
    /// An exception class, and the lowest bit of the ISS.
    case exceptionClass(ExceptionClass, isBit0Set: Bool)
  }

  /// What a cell counts; nil for one that counts nothing.
  public static func cell(_ number: Int) -> Cell? {
    switch number {
    case Int(AVCPU_CELL_CLASS)..<Int(AVCPU_CELL_DATA_ABORT):
      return .exceptionClass(
        ExceptionClass(rawValue: UInt8(number & 63)), isBit0Set: number & 64 != 0)
    case Int(AVCPU_CELL_DATA_ABORT)..<Int(AVCPU_CELL_KIND):
      // DFSC[5:2] is 1 for a translation fault.
      return .dataAbort(isWrite: number & 16 != 0, isAccess: number & 32 != 0 && number & 15 == 1)
    default:
      let kind = UInt8(truncatingIfNeeded: number - Int(AVCPU_CELL_KIND))
      return number < cellOfNone ? TrapKind(rawValue: kind).map { .kind($0) } : nil
    }
  }
}
