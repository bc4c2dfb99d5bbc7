;; The way into QuickJS: one call of the host makes all that an evaluation needs, since each of them costs the host 30 µs.
(module
  (import "quickjs" "memory" (memory 0))
  (import "quickjs" "eval_code" (func $eval_code (param i32 i32 i32) (result i32)))
  (import "quickjs" "get_string" (func $get_string (param i32) (result i32)))
  (import "quickjs" "qjs_last_ptr" (func $last_place (result i32)))
  (import "quickjs" "qjs_last_len" (func $last_length (result i32)))
  (import "quickjs" "execute_pending_jobs" (func $execute_pending_jobs (result i32)))

  (global $words (mut i32) (i32.const 0))          ;; two words: the handle of a value, then where its text is
  (global $code (mut i32) (i32.const 0))           ;; where the code is
  (global $finish (mut i32) (i32.const 0))         ;; where the code is that gives the outcome once promises are settled
  (global $finish_length (mut i32) (i32.const 0))

  (func (export "begin") (param i32 i32 i32 i32)
    (global.set $words (local.get 0))
    (global.set $code (local.get 1))
    (global.set $finish (local.get 2))
    (global.set $finish_length (local.get 3)))

  (func (export "place") (param i32)
    (global.set $code (local.get 0)))

  ;; Evaluate code of so many bytes. Give the length of its value's text in bytes, -1 if there is none.
  (func $run (param $code i32) (param $length i32) (result i32)
    (if (call $eval_code (local.get $code) (local.get $length) (global.get $words)) (then (return (i32.const -1))))
    (if (call $get_string (i32.load (global.get $words))) (then (return (i32.const -1))))
    (i32.store (global.get $words) (call $last_place))
    (call $last_length))

  (func (export "evaluate") (param $length i32) (result i32)
    (call $run (global.get $code) (local.get $length)))

  ;; Evaluate the code, let promises settle, and then evaluate the code that gives the outcome.
  (func (export "evaluate_waiting") (param $length i32) (result i32)
    (drop (call $eval_code (global.get $code) (local.get $length) (global.get $words)))
    (drop (call $execute_pending_jobs))
    (call $run (global.get $finish) (global.get $finish_length))))
