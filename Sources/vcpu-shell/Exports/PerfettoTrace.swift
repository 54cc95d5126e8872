/// Recorded exits as a trace of Perfetto (ui.perfetto.dev): a track for each vCPU, on which the times of the guest and of
/// the hypervisor follow each other; each exit is a slice with its fields.
///
/// The numbers of the messages' fields are those of `perfetto_trace.proto`: `Trace.packet` 1; `TracePacket`
/// `timestamp` 8, `trusted_packet_sequence_id` 10, `track_event` 11, `sequence_flags` 13, `track_descriptor` 60;
/// `TrackDescriptor` `uuid` 1, `name` 2, `parent_uuid` 5; `TrackEvent` `debug_annotations` 4, `type` 9, `track_uuid` 11,
/// `categories` 22, `name` 23; `DebugAnnotation` `uint_value` 3, `string_value` 6, `name` 10.
enum PerfettoTrace {
  private enum EventType: UInt64 { case begin = 1, end, instant }
  private static let sequence: UInt64 = 1

  /// The file's bytes. Times are in nanoseconds; without a known frequency a tick stands for one.
  static func bytes(_ answer: ExitsAnswer) -> [UInt8] {
    var trace = ProtobufWriter()
    var tracks: [String: UInt64] = [:]
    for exit in answer.exits {
      let name = "VM \(exit.vm) vCPU \(exit.vcpu)"
      if tracks[name] == nil {
        let uuid = UInt64(tracks.count + 1)
        tracks[name] = uuid
        trace.add(field: 1) { packet in
          packet.add(sequence, field: 10)
          // The first packet of a sequence: SEQ_INCREMENTAL_STATE_CLEARED.
          packet.add(1, field: 13)
          packet.add(field: 60) { track in
            track.add(uuid, field: 1)
            track.add(name, field: 2)
          }
        }
      }
      let track = tracks[name] ?? 0
      if let inGuest = exit.inGuest, inGuest > 0, inGuest <= exit.time {
        event(&trace, .begin, at: exit.time - inGuest, track, "guest", category: "guest")
        event(&trace, .end, at: exit.time, track)
      }
      let label = exit.class
      guard let lasted = exit.inHypervisor else {
        event(&trace, .instant, at: exit.time, track, label, category: "exit", exit)
        continue
      }
      event(&trace, .begin, at: exit.time, track, label, category: "exit", exit)
      event(&trace, .end, at: exit.time + lasted, track)
    }
    return trace.bytes
  }

  private static func event(
    _ trace: inout ProtobufWriter, _ type: EventType, at time: Int, _ track: UInt64,
    _ name: String? = nil, category: String? = nil, _ exit: RecordedExitAnswer? = nil
  ) {
    trace.add(field: 1) { packet in
      packet.add(UInt64(max(0, time)), field: 8)
      packet.add(sequence, field: 10)
      packet.add(field: 11) { event in
        if let exit { add(exit, to: &event) }
        event.add(type.rawValue, field: 9)
        event.add(track, field: 11)
        if let category { event.add(category, field: 22) }
        if let name { event.add(name, field: 23) }
      }
    }
  }

  private static func add(_ exit: RecordedExitAnswer, to event: inout ProtobufWriter) {
    let texts = [
      ("what", exit.summary), ("pc", "\(exit.pc)"), ("symbol", exit.place.symbol),
      ("esr", exit.esr.map { "\($0)" }), ("far", exit.far.map { "\($0)" }),
      ("hpfar", exit.hpfar.map { "\($0)" }), ("pstate", "\(exit.pstate)"),
      ("value", "\(exit.value)"),
    ]
    for (name, text) in texts {
      guard let text else { continue }
      event.add(field: 4) {
        $0.add(text, field: 6)
        $0.add(name, field: 10)
      }
    }
    for (name, number) in [("cpu", exit.cpu), ("number", exit.number)] {
      event.add(field: 4) {
        $0.add(UInt64(number), field: 3)
        $0.add(name, field: 10)
      }
    }
  }
}
