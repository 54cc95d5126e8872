import Foundation
import Testing

@testable import vcpu_shell

@Suite struct EventStreamTests {
  private let start = ContinuousClock.now

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test func eventsAreNumberedAndTimed() throws {
    var stream = EventStream(start: start)
    #expect(
      text(try stream.line(NoteEvent(text: "a\nb"), at: start)) == """
        {"schema":"1.0","sequence":1,"time":0.0,"event":"note","text":"a\\nb"}\n
        """)
    #expect(
      text(try stream.line(DoneEvent(request: 7), at: start + .nanoseconds(1_234_567_890))) == """
        {"schema":"1.0","sequence":2,"time":1.234567,"event":"done","request":7}\n
        """)
    #expect(stream.sequence == 2)
  }

  @Test func anAnswerIsWithItsCommand() throws {
    var stream = EventStream(start: start)
    let answer = AnyAnswer(JSONLineEncoderTests.Inner())
    let event = AnswerEvent(
      request: nil, command: "print 1", isPartial: false, answer: answer)
    #expect(
      text(try stream.line(event, at: start)).contains(
        #""event":"answer","command":"print 1","isPartial":false,"answer":{"kind":"inner","number":1}}"#
      ))
  }

  @Test func aTargetIsToldOnceThereIsOne() throws {
    var stream = EventStream(start: start)
    let target = BeginEvent.Target(architecture: "aarch64", isMachine: true, hasHypervisor: true)
    let event = BeginEvent(program: "vcpu-shell", version: "1.0", target: target)
    #expect(
      text(try stream.line(event, at: start)).hasSuffix(
        #""target":{"architecture":"aarch64","isMachine":true,"hasHypervisor":true}}"# + "\n"))
    let failed = BeginEvent(program: "vcpu-shell", version: "1.0", target: nil)
    #expect(!text(try stream.line(failed, at: start)).contains("target"))
  }
}
