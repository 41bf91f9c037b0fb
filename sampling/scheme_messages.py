"""What each error of replicates and of joint probabilities says, in Vietnamese and in English."""

SCHEME_MESSAGES: dict[str, dict[str, str]] = {
    "not_two_clusters": {
        "vi": "tầng «{stratum}» có {sampled:g} chùm trong mẫu: nửa mẫu cân bằng cần đúng hai chùm "
        "mỗi tầng; hãy dùng jackknife hoặc bootstrap",
        "en": "stratum {stratum!r} has {sampled:g} sampled clusters: balanced half-samples need "
        "exactly two in each; use the jackknife or the bootstrap",
    },
    "bad_rho": {
        "vi": "hệ số Fay là {rho}: phải từ 0 đến dưới 1, ví dụ 0.3",
        "en": "Fay's factor is {rho}: give a number from 0 to below 1, such as 0.3",
    },
    "too_few_replicates": {
        "vi": "số bản lặp là {replicates}: cần ít nhất 2",
        "en": "{replicates} replicates were asked for: at least 2 are needed",
    },
    "too_many_replicates": {
        "vi": "{clusters} chùm và {replicates} bản lặp không vừa bộ nhớ: dùng bootstrap",
        "en": "{clusters} clusters by {replicates} replicates do not fit in memory: use the "
        "bootstrap",
    },
    "later_stages": {
        "vi": "bản lặp chỉ phản ánh giai đoạn đầu nhưng thiết kế có {stages} giai đoạn với quy mô "
        "tổng thể: bỏ quy mô (fpc) để coi các chùm là chọn có hoàn lại",
        "en": "replicates tell of the first stage, but the design has {stages} stages with frame "
        "sizes: leave out the frame sizes (fpc) to take clusters as drawn with replacement",
    },
    "calibrated_design": {
        "vi": "quyền số đã hiệu chỉnh: tạo bản lặp từ quyền số trước hiệu chỉnh rồi hiệu chỉnh "
        "từng bản lặp",
        "en": "the weights are calibrated: make replicates of the weights before that, then "
        "calibrate every replicate",
    },
    "lonely_replicates": {
        "vi": "tầng «{stratum}» chỉ có một chùm và bản lặp không làm được «{option}»: gộp tầng, "
        "hoặc chọn remove hay certainty",
        "en": "stratum {stratum!r} has a single cluster, and replicates cannot {option!r} it: "
        "merge the stratum, or choose remove or certainty",
    },
    "fractional_population": {
        "vi": "tầng «{stratum}» có {population:g} chùm trên dàn mẫu: cần số nguyên",
        "en": "stratum {stratum!r} has {population:g} clusters on the frame: a whole number is "
        "needed",
    },
    "uneven_replicates": {
        "vi": "{name} có dạng {shape}, cần {expected}",
        "en": "{name} has shape {shape} where {expected} is needed",
    },
    "bad_replicate_weight": {
        "vi": "quyền số lặp ở dòng thứ {place}, bản lặp {replicate}, là {weight}: phải là số "
        "hữu hạn không âm",
        "en": "the replicate weight at place {place}, replicate {replicate}, is {weight}: give a "
        "finite number, 0 or more",
    },
    "weight_from_nothing": {
        "vi": "dòng thứ {place} có quyền số 0 nhưng quyền số lặp dương",
        "en": "the row at place {place} has weight 0 but positive replicate weights",
    },
    "no_replicates": {
        "vi": "thiết kế dạng {scheme} không có quyền số lặp",
        "en": "a design of {scheme} has no replicate weights",
    },
    "bad_scale": {
        "vi": "scale và rscales phải là số hữu hạn không âm",
        "en": "scale and rscales must be finite numbers, 0 or more",
    },
    "bad_inclusion": {
        "vi": "xác suất chọn ở vị trí {place} là {probability}: phải trên 0 và không quá 1",
        "en": "the inclusion probability at place {place} is {probability}: give one above 0, "
        "at most 1",
    },
    "impossible_pair": {
        "vi": "xác suất chọn cùng của {first} và {second} là {joint}: phải dương, đối xứng và "
        "không quá xác suất của từng đơn vị; nếu có cặp không thể cùng được chọn (như chọn hệ "
        "thống) thì dùng Brewer hoặc Hartley–Rao",
        "en": "the joint probability of {first} and {second} is {joint}: it must be positive, "
        "symmetric and at most that of either; where pairs can never be drawn together, as in "
        "systematic sampling, use Brewer or Hartley and Rao",
    },
    "unequal_diagonal": {
        "vi": "đường chéo ở vị trí {place} là {joint}, xác suất chọn là {probability}: phải bằng "
        "nhau",
        "en": "the diagonal at place {place} is {joint} but the inclusion probability is "
        "{probability}: they must be equal",
    },
    "lonely_unit": {
        "vi": "tầng «{stratum}» chỉ có một đơn vị không chắc chắn được chọn nên không ước lượng "
        "được phương sai: gộp tầng",
        "en": "stratum {stratum!r} has a single unit that was not certain to be drawn, so its "
        "variance cannot be estimated: merge it",
    },
    "bad_spread": {
        "vi": "tổng bình phương xác suất chia n là {spread}: phải từ 0 đến 1",
        "en": "the sum of squared probabilities over n is {spread}: give a number from 0 to 1",
    },
}
