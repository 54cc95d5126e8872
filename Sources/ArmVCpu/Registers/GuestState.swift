public import CArmVCpu

/// A guest's general-purpose state at an exit, as the decoders read it.
public protocol GuestState {
  /// General-purpose register `index` as an instruction operand names it: 31 is XZR and reads zero.
  func gpr(_ index: UInt8) -> UInt64
  /// The guest's PSTATE.
  var pstate: SPSR_EL2 { get }
}

extension avcpu_trap_frame: GuestState {}

/// A vCPU's frame, read in place. A `TrapFrame` has 272 bytes, and reading one of its registers by number
/// copies them all, which is too slow for the path of every exit.
@safe
public struct TrapFrameReader: GuestState {
  private let frame: UnsafePointer<TrapFrame>

  /// A reader of the frame at `frame`, for as long as that exists.
  @inline(__always)
  public init(_ frame: UnsafePointer<TrapFrame>) { unsafe self.frame = frame }

  /// General-purpose register `index`; 31 reads zero.
  @inline(__always)
  public func gpr(_ index: UInt8) -> UInt64 {
    guard index < 31 else { return 0 }
    return unsafe avcpu_frame_gpr(frame, UInt32(index))
  }

  /// The guest's PSTATE.
  public var pstate: SPSR_EL2 {
    @inline(__always) get { SPSR_EL2(rawValue: unsafe frame.pointee.spsr) }
  }
}

extension UnsafeMutablePointer<VCpuContext> {
  /// The context's frame, which is at its start.
  @inline(__always)
  public var frameReader: TrapFrameReader {
    unsafe TrapFrameReader(UnsafeRawPointer(self).assumingMemoryBound(to: TrapFrame.self))
  }
}
