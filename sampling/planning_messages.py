"""What each error of sizes and allocations says, in Vietnamese and in English."""

PLANNING_MESSAGES: dict[str, dict[str, str]] = {
    "not_positive": {
        "vi": "{name} là {value}: phải là số dương",
        "en": "{name} is {value}: give a number above 0",
    },
    "bad_response_rate": {
        "vi": "tỷ lệ trả lời là {value}: phải lớn hơn 0 và không quá 1, ví dụ 0.3",
        "en": "the response rate is {value}: give a share above 0, at most 1, such as 0.3",
    },
    "margin_too_wide": {
        "vi": "sai số cho phép là {margin}: khoảng Wilson luôn hẹp hơn 0.5 về mỗi phía, hãy chọn "
        "sai số nhỏ hơn",
        "en": "the margin is {margin}: Wilson's interval never reaches one half to either side, "
        "so ask for less",
    },
    "bad_answers": {
        "vi": "số phiếu trả lời là {answers}: phải là số hữu hạn không âm",
        "en": "{answers} answers: give a finite number, 0 or more",
    },
    "more_answers_than_dossiers": {
        "vi": "có {answers:g} phiếu trả lời mà chỉ có {population} hồ sơ: kiểm tra lại hai số",
        "en": "{answers:g} answers from {population} dossiers: mend one of them",
    },
    "bad_cluster_size": {
        "vi": "số phiếu mỗi chùm là {value}: phải từ 1 trở lên",
        "en": "{value} answers in a cluster: give 1 or more",
    },
    "bad_intraclass": {
        "vi": "hệ số tương quan nội chùm là {value}: phải từ -1 đến 1",
        "en": "the intraclass correlation is {value}: give a number from -1 to 1",
    },
    "bad_strata": {
        "vi": "cần các cột dài bằng nhau, số không âm, và ít nhất một tầng có hồ sơ",
        "en": "give columns of one length, numbers 0 or more, and a stratum that holds dossiers",
    },
    "bad_counts": {
        "vi": "số hồ sơ và số phiếu phải là số nguyên không âm",
        "en": "numbers of dossiers and answers must be whole, 0 or more",
    },
    "unknown_kind": {
        "vi": "bảng chỉ tiêu không có loại đơn vị «{kind}»; các loại đã có: {known}",
        "en": "the table of quotas has no kind of unit {kind!r}; it has: {known}",
    },
    "bad_costs": {
        "vi": "cần một chi phí dương cho mỗi tầng trong {strata} tầng",
        "en": "give one cost above 0 for each of the {strata} strata",
    },
    "bad_means": {
        "vi": "cần một giá trị trung bình dương cho mỗi tầng trong {strata} tầng",
        "en": "give one mean above 0 for each of the {strata} strata",
    },
    "bad_exponent": {
        "vi": "số mũ là {exponent}: phải từ 0 (ưu tiên từng tầng) đến 1 (Neyman)",
        "en": "the exponent is {exponent}: give one from 0 (each stratum alike) to 1 (Neyman)",
    },
    "bad_bounds": {
        "vi": "mức tối thiểu, mức tối đa và «điều tra toàn bộ» cần một giá trị cho mỗi tầng trong "
        "{strata} tầng",
        "en": "minimum, maximum and strata taken whole need one value for each of the {strata} "
        "strata",
    },
    "minimum_above_cap": {
        "vi": "tầng thứ {place} phải chọn ít nhất {least} nhưng tối đa là {most}: sửa một trong "
        "hai",
        "en": "stratum number {place} must give {least} but may give {most}: mend one of them",
    },
    "no_such_total": {
        "vi": "không chia được {n:g}: các tầng nhận từ {least:g} đến {most:g}",
        "en": "{n:g} cannot be shared out: the strata take from {least:g} to {most:g}",
    },
    "empty_domain": {
        "vi": "miền «{domain}» không có hồ sơ nào: bỏ miền này hoặc sửa dàn mẫu",
        "en": "domain {domain!r} holds no dossiers: leave it out or mend the frame",
    },
    "no_mean": {
        "vi": "trung bình của «{variable}» trong miền «{domain}» là 0: hãy đặt sai số cho phép "
        "thay cho hệ số biến thiên",
        "en": "the mean of {variable!r} in domain {domain!r} is 0: ask for a margin instead of a "
        "coefficient of variation",
    },
    "no_demands": {
        "vi": "chưa đặt yêu cầu nào về độ chính xác",
        "en": "nothing is asked of the sample: name at least one demand",
    },
    "uneven_demands": {
        "vi": "các yêu cầu phải được lập cho đúng {strata} tầng này",
        "en": "the demands must be made for these {strata} strata",
    },
    "unreachable_demand": {
        "vi": "không đạt được yêu cầu «{demand}»: cần sai số chuẩn {asked}, chọn hết mức cho phép "
        "cũng chỉ được {best}; số yêu cầu không đạt: {count}. Hãy nới yêu cầu hoặc nâng mức tối đa",
        "en": "demand {demand!r} is out of reach: a standard error of {asked} is asked, the "
        "greatest numbers allowed give {best}; demands out of reach: {count}. Ease it or raise "
        "the maximum",
    },
    "not_converged": {
        "vi": "phép tính phân bổ chưa hội tụ (còn cách {gap}): kiểm tra các số quá lớn hoặc "
        "quá nhỏ",
        "en": "the allocation did not converge (gap {gap}): look for figures that are far too "
        "large or small",
    },
    "drawn_beyond_population": {
        "vi": "tầng «{stratum}» chọn {drawn} trong khi có {population} hồ sơ",
        "en": "stratum {stratum!r} draws {drawn} of {population} dossiers",
    },
    "no_price": {
        "vi": "chưa có đơn giá cho hình thức «{mode}»",
        "en": "there is no price for the mode {mode!r}",
    },
    "stratum_named_twice": {
        "vi": "tầng «{stratum}» có hai lần trong phương án",
        "en": "stratum {stratum!r} stands in the design twice",
    },
    "circular_cells": {
        "vi": "ô trộn «{cell}» là cấp trên của chính nó",
        "en": "mixing cell {cell!r} is its own ancestor",
    },
}
