import ArmVCpu
import Foundation
import Glibc
import Testing

@testable import VCpuDebug

/// Memory that two mappings share, as the emulator and the shell do.
@Suite struct SharedMemoryTests {
  private let base: UInt64 = 0x4000_0000
  private let byteCount = 8192

  /// Two mappings of one file, and the file.
  private func pair() throws -> (ours: SharedMemory, theirs: SharedMemory, descriptor: Int32) {
    let descriptor = try SharedMemory.createFile(byteCount: byteCount)
    let mappings = try (0..<2).map { _ in
      try SharedMemory(mapping: descriptor, byteCount: byteCount, at: PhysicalAddress(base))
    }
    return (mappings[0], mappings[1], descriptor)
  }

  private func at(_ offset: UInt64) -> PhysicalAddress { PhysicalAddress(base &+ offset) }

  @Test func whatOneStoresTheOtherLoads() throws {
    let (ours, theirs, descriptor) = try pair()
    close(descriptor)
    #expect(ours.bytes(at: at(0), byteCount: byteCount) == [UInt8](repeating: 0, count: byteCount))
    #expect(theirs.store(UInt64(0x8877_6655_4433_2211), at: at(8184)))
    #expect(ours.loadUInt64(at: at(8184)) == 0x8877_6655_4433_2211)
    #expect(ours.loadUInt32(at: at(8188)) == 0x8877_6655)
    #expect(theirs.store(UInt32(0xaabb_ccdd), at: at(8188)))
    #expect(
      ours.bytes(at: at(8183), byteCount: 9) == [0, 0x11, 0x22, 0x33, 0x44, 0xdd, 0xcc, 0xbb, 0xaa])
    #expect(ours.bytes(at: at(8185), byteCount: 2) == [0x22, 0x33])
  }

  @Test(
    arguments: [
      (0, 8193), (8185, 8), (8192, 1), (8193, 0), (UInt64.max, 1), (UInt64.max - 7, 8), (0, -1),
      (0, .max), (0 &- 0x4000_0000, 4),
    ] as [(UInt64, Int)])
  func whatIsOutsideIsNil(offset: UInt64, count: Int) throws {
    let (ours, _, descriptor) = try pair()
    close(descriptor)
    #expect(ours.bytes(at: at(offset), byteCount: count) == nil)
    #expect(!ours.contains(at(offset), byteCount: count))
  }

  @Test func accessesAreAlignedAndInside() throws {
    let (ours, _, descriptor) = try pair()
    close(descriptor)
    for offset: UInt64 in [1, 2, 8190, 8192, 0 &- 4] {
      #expect(ours.loadUInt32(at: at(offset)) == nil)
      #expect(!ours.store(UInt32(1), at: at(offset)))
    }
    for offset: UInt64 in [1, 4, 8188, 8192, 0 &- 8] {
      #expect(ours.loadUInt64(at: at(offset)) == nil)
      #expect(!ours.store(UInt64(1), at: at(offset)))
    }
    #expect(ours.bytes(at: at(8192), byteCount: 0) == [])
  }

  /// Otherwise whoever has the file could make an access of ours end the program (SIGBUS).
  @Test func theFileKeepsItsSize() throws {
    let (ours, _, descriptor) = try pair()
    defer { close(descriptor) }
    #expect(ftruncate(descriptor, 0) == -1 && errno == EPERM)
    #expect(ftruncate(descriptor, 16384) == -1 && errno == EPERM)
    #expect(fcntl(descriptor, F_GETFD) & FD_CLOEXEC != 0)
    #expect(ours.loadUInt64(at: at(8184)) == 0)
  }

  @Test func aFileThatCannotBeMappedIsAnError() {
    #expect(throws: SharedMemory.Failure(code: EBADF)) {
      try SharedMemory(mapping: -1, byteCount: 4096, at: PhysicalAddress(0))
    }
    #expect(SharedMemory.Failure(code: EBADF).description == "Bad file descriptor")
  }
}
