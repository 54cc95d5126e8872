/// A part of an ELF file that must be in memory before it runs (`PT_LOAD`).
public struct LoadSegment: Equatable, Sendable {
  /// Where the bytes go in physical memory (`p_paddr`).
  public let physicalAddress: UInt64
  /// Where the code expects them (`p_vaddr`).
  public internal(set) var virtualAddress: UInt64
  /// The contents from the file.
  public let bytes: [UInt8]
  /// The size in memory; what exceeds `bytes` is zero.
  public let memoryByteCount: UInt64
  /// Whether it holds code (`PF_X`).
  public let isExecutable: Bool

  /// The same part elsewhere in virtual memory.
  func moved(by slide: UInt64) -> LoadSegment {
    var segment = self
    segment.virtualAddress &+= slide
    return segment
  }
}
