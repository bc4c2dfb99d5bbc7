;; The way into QuickJS: one call of the host makes all that an evaluation needs, since each of them costs the host 30 µs.
(module
  (import "quickjs" "memory" (memory 0))
  (import "quickjs" "eval_code" (func $eval_code (param i32 i32 i32) (result i32)))
  (import "quickjs" "get_string" (func $get_string (param i32) (result i32)))
  (import "quickjs" "qjs_last_ptr" (func $last_place (result i32)))
  (import "quickjs" "qjs_last_len" (func $last_length (result i32)))
  (import "quickjs" "execute_pending_jobs" (func $execute_pending_jobs (result i32)))

  ;; Evaluate the code at a place. Two words there are overwritten: the handle of the value, then where its text is.
  ;; Give the length of the text in bytes, -1 if there is none.
  (func $evaluate (export "evaluate") (param $words i32) (param $code i32) (param $length i32) (result i32)
    (if (call $eval_code (local.get $code) (local.get $length) (local.get $words)) (then (return (i32.const -1))))
    (if (call $get_string (i32.load (local.get $words))) (then (return (i32.const -1))))
    (i32.store (local.get $words) (call $last_place))
    (call $last_length))

  ;; Evaluate the code, let promises settle, and then evaluate the code that gives the outcome.
  (func (export "evaluate_waiting")
    (param $words i32) (param $code i32) (param $length i32) (param $finish i32) (param $finish_length i32) (result i32)
    (drop (call $eval_code (local.get $code) (local.get $length) (local.get $words)))
    (drop (call $execute_pending_jobs))
    (call $evaluate (local.get $words) (local.get $finish) (local.get $finish_length))))
