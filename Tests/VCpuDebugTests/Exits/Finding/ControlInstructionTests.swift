import Foundation
import TestSupport
import Testing

@testable import VCpuDebug

@Suite struct ControlInstructionTests {
  private typealias Place = ControlInstruction.Place

  @Test("the encodings from clang's assembler")
  func assembled() throws {
    let expected: [(String, ControlInstruction?)] = [
      ("msr vbar_el2, x0", .setsVectors(source: 0)),
      ("msr vbar_el2, x30", .setsVectors(source: 30)),
      ("msr vbar_el2, xzr", .setsVectors(source: 31)),
      ("msr vbar_el1, x7", .setsVectorsWithE2H(source: 7)),
      ("msr sctlr_el2, x3", .setsControl(source: 3)),
      ("msr sctlr_el1, x19", .setsControlWithE2H(source: 19)),
      ("eret", .exceptionReturn), ("eretaa", .exceptionReturnWithKeyA),
      ("eretab", .exceptionReturnWithKeyB),
      ("msr vbar_el12, x0", nil), ("msr sctlr_el12, x0", nil), ("msr vbar_el3, x0", nil),
      ("msr sctlr_el3, x0", nil), ("mrs x0, vbar_el2", nil), ("mrs x0, sctlr_el2", nil),
      ("msr ttbr0_el2, x0", nil), ("ret", nil), ("br x0", nil), ("drps", nil), ("nop", nil),
    ]
    let words = try AssembledCode(expected.map(\.0).joined(separator: "\n")).words
    #expect(words.count == expected.count)
    for (word, (text, instruction)) in zip(words, expected) {
      #expect(ControlInstruction(word) == instruction, "\(text)")
    }
  }

  /// Each bit of each encoding matters, except the register number.
  @Test func everyBit() {
    for word: UInt32 in [0xd51c_c000, 0xd518_c000, 0xd51c_1000, 0xd518_1000] {
      for bit: UInt32 in 5..<32 {
        let other = ControlInstruction(word ^ 1 << bit)
        // VBAR_EL1 and VBAR_EL2, SCTLR_EL1 and SCTLR_EL2 are a bit apart.
        #expect((other != nil) == (bit == 18), "\(word) \(bit)")
      }
    }
    for word: UInt32 in [0xd69f_03e0, 0xd69f_0bff, 0xd69f_0fff] {
      for bit: UInt32 in 0..<32 {
        let other = ControlInstruction(word ^ 1 << bit)
        #expect((other != nil) == (word != 0xd69f_03e0 && bit == 10), "\(word) \(bit)")
      }
    }
  }

  @Test func withE2H() {
    let all: [(ControlInstruction, needsE2H: Bool, vectors: [Bool], control: [Bool])] = [
      (.setsVectors(source: 1), false, [true, true], [false, false]),
      (.setsVectorsWithE2H(source: 1), true, [false, true], [false, false]),
      (.setsControl(source: 1), false, [false, false], [true, true]),
      (.setsControlWithE2H(source: 1), true, [false, false], [false, true]),
      (.exceptionReturn, false, [false, false], [false, false]),
      (.exceptionReturnWithKeyA, false, [false, false], [false, false]),
      (.exceptionReturnWithKeyB, false, [false, false], [false, false]),
    ]
    for (instruction, needsE2H, vectors, control) in all {
      #expect(instruction.needsE2H == needsE2H)
      #expect([false, true].map { instruction.setsVectors(isE2H: $0) } == vectors)
      #expect([false, true].map { instruction.setsControl(isE2H: $0) } == control)
      #expect(
        instruction.isExceptionReturn == (!vectors.contains(true) && !control.contains(true)))
    }
  }

  /// The scan as it is written first: word by word.
  private func naivePlaces(in bytes: [UInt8], at address: UInt64) -> [Place] {
    (0..<max(0, bytes.count - 3)).filter { (address &+ UInt64($0)) % 4 == 0 }.compactMap { offset in
      let word = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[offset + $1]) << UInt32(8 * $1) }
      return ControlInstruction(word).map {
        Place(address: address &+ UInt64(offset), instruction: $0)
      }
    }
  }

  @Test("the fast scan finds what the naive one does, in random bytes with instructions among them")
  func random() {
    var generator = SystemRandomNumberGenerator()
    let planted: [UInt32] = [
      0xd51c_c005, 0xd518_c01f, 0xd51c_1000, 0xd518_1009, 0xd69f_03e0, 0xd69f_0bff, 0xd69f_0fff,
      // Near misses of the quick look.
      0xd51d_c000, 0xd518_2000, 0xd51c_c100, 0xd69f_0000, 0xd69f_0800,
    ]
    var foundCount = 0
    for round in 0..<400 {
      var bytes = (0..<Int.random(in: 0...(round % 4 == 0 ? 12 : 3000))).map { _ in
        UInt8.random(in: 0...255, using: &generator)
      }
      for _ in 0..<Int.random(in: 0...12) where bytes.count >= 4 {
        let word = planted.randomElement(using: &generator)!
        let offset = Int.random(in: 0...(bytes.count - 4))
        for index in 0..<4 {
          bytes[offset + index] = UInt8(truncatingIfNeeded: word >> (8 * index))
        }
      }
      let address = round % 7 == 0 ? UInt64.max - 1500 : UInt64.random(in: 0...0xffff_ffff)
      let found = ControlInstruction.places(in: bytes, at: address)
      #expect(found == naivePlaces(in: bytes, at: address), "\(address) \(bytes.count)")
      foundCount += found.count
    }
    #expect(foundCount > 100)
  }

  @Test("an instruction at each place of a block, and at the very end")
  func places() {
    for index in 0..<200 {
      var bytes = [UInt8](repeating: 0, count: 800)
      bytes.replaceSubrange(index * 4..<index * 4 + 4, with: [0xe0, 0x03, 0x9f, 0xd6])
      #expect(
        ControlInstruction.places(in: bytes, at: 0x1000)
          == [Place(address: 0x1000 + UInt64(index) * 4, instruction: .exceptionReturn)])
      #expect(ControlInstruction.places(in: bytes, at: 0x1002).isEmpty)
      #expect(
        ControlInstruction.places(in: Array(bytes[1...]), at: 0x1001).count == (index == 0 ? 0 : 1))
    }
  }

  @Test("code without any except the two that are named")
  func realCode() throws {
    let code = try AssembledCode(
      """
        .rept 1000
        stp x29, x30, [sp, #-16]!
        mrs x0, vbar_el2
        ldp x29, x30, [sp], #16
        ret
        .endr
        set_vectors: msr vbar_el2, x0
        .rept 1000
        b .
        .endr
        enter: eret
      """)
    #expect(
      ControlInstruction.places(in: code.bytes, at: code.address) == [
        Place(
          address: try code.address(of: "set_vectors"), instruction: .setsVectors(source: 0)),
        Place(address: try code.address(of: "enter"), instruction: .exceptionReturn),
      ])
  }
}
