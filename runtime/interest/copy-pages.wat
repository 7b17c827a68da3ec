;; Copies pieces of pages along a route; see TickPieces. `npm run generate:wasm` makes of it what is run.
(module
  (import "frames" "memory" (memory 1))

  ;; From the page number at $at up to the one before $end (i32 each), copies the pieces of those pages that are ready from $source, where
  ;; the tick's pieces are, to $target, one after another. Stops at a page that has changed and is not ready, and returns where its number is;
  ;; else $end. At $results it puts where the pieces end and how many they are.
  ;;   $lines    four i32 a page: state, then of its piece the place from $source on, the length, and how many pieces it is
  ;;   $changed  the state of pages that have changed; 1 more: ready; any other: there is nothing to tell
  ;; Up to 63 bytes more than a piece has are read and written: both sides have room for them.
  (func (export "copyPages")
    (param $at i32) (param $end i32) (param $lines i32) (param $changed i32)
    (param $source i32) (param $target i32) (param $results i32)
    (result i32)
    (local $line i32) (local $state i32) (local $from i32) (local $length i32) (local $copied i32) (local $count i32)
    (local $piece i32) (local $to i32)

    (block $stopped
      (loop $next
        (br_if $stopped (i32.ge_u (local.get $at) (local.get $end)))
        (local.set $line
          (i32.add (local.get $lines) (i32.shl (i32.load (local.get $at)) (i32.const 4))))
        (local.set $state (i32.sub (i32.load (local.get $line)) (local.get $changed)))
        (br_if $stopped (i32.eqz (local.get $state)))
        (local.set $at (i32.add (local.get $at) (i32.const 4)))
        (br_if $next (i32.ne (local.get $state) (i32.const 1)))

        (local.set $from (i32.add (local.get $source) (i32.load offset=4 (local.get $line))))
        (local.set $length (i32.load offset=8 (local.get $line)))
        (local.set $count (i32.add (local.get $count) (i32.load offset=12 (local.get $line))))
        (local.set $copied (i32.const 0))
        (loop $more
          (local.set $to (i32.add (local.get $target) (local.get $copied)))
          (local.set $piece (i32.add (local.get $from) (local.get $copied)))
          (v128.store (local.get $to) (v128.load (local.get $piece)))
          (v128.store offset=16 (local.get $to) (v128.load offset=16 (local.get $piece)))
          (v128.store offset=32 (local.get $to) (v128.load offset=32 (local.get $piece)))
          (v128.store offset=48 (local.get $to) (v128.load offset=48 (local.get $piece)))
          (local.set $copied (i32.add (local.get $copied) (i32.const 64)))
          (br_if $more (i32.lt_u (local.get $copied) (local.get $length))))
        (local.set $target (i32.add (local.get $target) (local.get $length)))
        (br $next)))

    (i32.store (local.get $results) (local.get $target))
    (i32.store offset=4 (local.get $results) (local.get $count))
    (local.get $at))
)
